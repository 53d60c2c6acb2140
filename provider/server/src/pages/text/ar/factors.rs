//! Arabic: authenticators and the second factor.

use crate::pages::authenticator_app::AuthenticatorAppTexts;
use crate::pages::factor_letter::FactorLetterTexts;
use crate::pages::passkeys::PasskeyTexts;
use crate::pages::recovery_codes::RecoveryCodesTexts;
use crate::pages::second_factor::SecondFactorTexts;
use crate::pages::security::SecurityTexts;
use crate::pages::sign_in_letter::SignInLetterTexts;

/// [`SecondFactorTexts`].
pub(super) const SECOND_FACTOR: SecondFactorTexts = SecondFactorTexts {
    title: "تأكيد هويتك",
    explanation: "افتح تطبيق المصادقة وأدخل الرمز الذي يعرضه لهذا الحساب.",
    code: "رمز من ستة أرقام",
    confirm: "تأكيد",
    trust: |days| match days {
        1 => "لا تسأل مرة أخرى في هذا المتصفح لمدة يوم واحد".to_owned(),
        2 => "لا تسأل مرة أخرى في هذا المتصفح لمدة يومين".to_owned(),
        3..=10 => format!("لا تسأل مرة أخرى في هذا المتصفح لمدة {days} أيام"),
        _ => format!("لا تسأل مرة أخرى في هذا المتصفح لمدة {days} يومًا"),
    },
    lost: "استخدام رمز استرداد",
    recovery_code: "رمز الاسترداد",
    use_recovery_code: "استخدام رمز الاسترداد",
    wrong: "هذا الرمز غير صحيح. يُرجى إدخال الرمز الذي يعرضه التطبيق الآن.",
    used: "سبق استخدام هذا الرمز. يُرجى الانتظار حتى يعرض التطبيق الرمز التالي.",
    wrong_recovery: "رمز الاسترداد هذا غير صحيح، أو سبق استخدامه.",
    too_many: |minutes| match minutes {
        1 => "محاولات كثيرة جدًا. يُرجى المحاولة مرة أخرى بعد دقيقة واحدة.".to_owned(),
        2 => "محاولات كثيرة جدًا. يُرجى المحاولة مرة أخرى بعد دقيقتين.".to_owned(),
        3..=10 => format!("محاولات كثيرة جدًا. يُرجى المحاولة مرة أخرى بعد {minutes} دقائق."),
        _ => format!("محاولات كثيرة جدًا. يُرجى المحاولة مرة أخرى بعد {minutes} دقيقة."),
    },
};

/// [`AuthenticatorAppTexts`].
pub(super) const AUTHENTICATOR_APP: AuthenticatorAppTexts = AuthenticatorAppTexts {
    title: "إعداد تطبيق مصادقة",
    required: "يجب حماية حسابك بخطوة ثانية. قم بإعداد تطبيق يعرض لك رمزًا عند كل تسجيل دخول.",
    or_passkey: "أو استخدم مفتاح مرور",
    scan: "امسح هذه الصورة بتطبيق مصادقة.",
    image: "رمز QR لتطبيق مصادقة",
    instead: "إدخال مفتاح بدلًا من ذلك",
    code_hint: "ثم أدخل الرمز الذي يعرضه التطبيق.",
    code: "رمز من ستة أرقام",
    name: "اسم التطبيق أو الجهاز (اختياري)",
    default_name: "تطبيق مصادقة",
    add: "إضافة التطبيق",
    wrong: "هذا الرمز غير صحيح. يُرجى إدخال الرمز الذي يعرضه التطبيق الآن.",
    expired: "استغرق ذلك وقتًا طويلًا. يُرجى إزالة الحساب من التطبيق ومسح الصورة الجديدة.",
    too_many: "لديك أكبر عدد ممكن من تطبيقات المصادقة. أزل أحدها أولًا.",
};

/// [`RecoveryCodesTexts`].
pub(super) const RECOVERY_CODES: RecoveryCodesTexts = RecoveryCodesTexts {
    title: "رموز الاسترداد الخاصة بك",
    explanation: "إذا فقدت جهازك، فإن كل رمز من هذه الرموز يتيح لك تسجيل الدخول مرة واحدة. لن تُعرض إلا الآن.",
    keep: "اطبع الرموز أو احفظها في مدير كلمات مرور. لم تعد رموز الاسترداد القديمة صالحة.",
    done: "لقد حفظت الرموز",
};

/// [`SecurityTexts`].
pub(super) const SECURITY: SecurityTexts = SecurityTexts {
    title: "الأمان",
    passkeys: "مفاتيح المرور",
    passkeys_explanation: "باستخدام مفتاح المرور تسجّل الدخول بقفل جهازك، مثل بصمة إصبعك، ومن دون كلمة مرور.",
    add_passkey: "إضافة مفتاح مرور",
    applications: "تطبيقات المصادقة",
    applications_explanation: "عند تسجيل الدخول بكلمة المرور، يُطلب منك رمز يعرضه التطبيق.",
    add_application: "إضافة تطبيق مصادقة",
    added: |time| format!("أُضيف في {time}"),
    last_used: |time| format!("آخر استخدام في {time}"),
    rename: "إعادة تسمية",
    name: "الاسم",
    save: "حفظ",
    remove: "إزالة",
    browsers: "المتصفحات الموثوقة",
    browsers_explanation: "في هذه المتصفحات لا يُطلب منك رمز بعد كلمة المرور. أزل ما لم تعد تستخدمه منها.",
    recovery_codes: "رموز الاسترداد",
    codes_left: |left| match left {
        0 => "لم تبقَ لديك رموز استرداد.".to_owned(),
        1 => "بقي لديك رمز استرداد واحد.".to_owned(),
        2 => "بقي لديك رمزا استرداد.".to_owned(),
        3..=10 => format!("بقيت لديك {left} رموز استرداد."),
        _ => format!("بقي لديك {left} رمز استرداد."),
    },
    new_codes: "إنشاء رموز استرداد جديدة",
    new_codes_explanation: "إذا أنشأت رموزًا جديدة، فلن تعود الرموز التي لديك الآن صالحة.",
};

/// [`FactorLetterTexts`].
pub(super) const FACTOR_LETTER: FactorLetterTexts = FactorLetterTexts {
    subject: |brand| format!("تغيّرت طريقة تسجيل دخولك إلى {brand}"),
    account: |name| format!("يتعلق الأمر بحسابك {name}."),
    totp_added: |name| format!("أُضيف تطبيق المصادقة «{name}». سيُطلب منك رمزه عند تسجيل الدخول."),
    passkey_added: |name| format!("أُضيف مفتاح المرور «{name}». يمكنك تسجيل الدخول به."),
    removed: |name| format!("أُزيل «{name}». لم يعد بإمكانك تسجيل الدخول به."),
    reset: "أزال أحد المسؤولين مفاتيح المرور وتطبيقات المصادقة الخاصة بك، وسُجّل خروجك من كل مكان. يمكنك إضافة غيرها في صفحة \
            حسابك.",
    reset_totp: "أزال أحد المسؤولين تطبيقات المصادقة الخاصة بك، وتم تسجيل خروجك من كل مكان. يمكنك إضافة تطبيقات جديدة من صفحة حسابك.",
    reset_passkeys: "أزال أحد المسؤولين مفاتيح المرور الخاصة بك، وتم تسجيل خروجك من كل مكان. يمكنك إضافة مفاتيح جديدة من صفحة حسابك.",
    reset_browsers: "أزال أحد المسؤولين المتصفحات التي تثق بها، وتم تسجيل خروجك من كل مكان.",
    recovery_codes_renewed: "أُنشئت رموز استرداد جديدة. لم تعد الرموز القديمة صالحة.",
    recovery_code_used: "استُخدم رمز استرداد لتسجيل الدخول. لا يمكن استخدامه مرة أخرى.",
    passkey_copied: |name| {
        format!(
            "حاول شخص ما تسجيل الدخول بنسخة من مفتاح المرور «{name}» ورُفض طلبه. يُرجى إزالة مفتاح المرور هذا."
        )
    },
    by_others: "إذا لم تكن أنت من فعل ذلك، فغيّر كلمة مرورك وتحقق من صفحة حسابك فورًا.",
};

/// [`PasskeyTexts`].
pub(super) const PASSKEY: PasskeyTexts = PasskeyTexts {
    sign_in: "تسجيل الدخول بمفتاح مرور",
    refused: "تعذّر استخدام مفتاح المرور هذا. يُرجى المحاولة مرة أخرى، أو تسجيل الدخول بطريقة أخرى.",
    cancelled: "لم يُستخدم أي مفتاح مرور. يمكنك المحاولة مرة أخرى أو تسجيل الدخول بطريقة أخرى.",
    failed: "لا يستطيع متصفحك استخدام مفتاح مرور هنا. يُرجى تسجيل الدخول بطريقة أخرى.",
    add_title: "إضافة مفتاح مرور",
    add_explanation: "ينشئ جهازك مفتاح مرور ويحتفظ به. بعد ذلك تسجّل الدخول بفتح قفل الجهاز، مثلًا ببصمة إصبعك أو وجهك أو رقمه السري.",
    name: "اسم مفتاح المرور (اختياري)",
    add: "إنشاء مفتاح مرور",
    unsupported: "يتطلب ذلك متصفحًا يدعم مفاتيح المرور مع تشغيل JavaScript.",
    present: "يوجد على هذا الجهاز مفتاح مرور لحسابك بالفعل.",
    not_added: "تعذّرت إضافة مفتاح المرور. يُرجى المحاولة مرة أخرى.",
    too_many: "لديك أكبر عدد ممكن من مفاتيح المرور. أزل أحدها أولًا.",
    taken: "مفتاح المرور هذا تابع لحساب آخر.",
};

/// [`SignInLetterTexts`].
pub(super) const SIGN_IN_LETTER: SignInLetterTexts = SignInLetterTexts {
    subject: |brand| format!("تسجيل دخول جديد إلى {brand}"),
    signed_in: |browser, time| {
        format!("سجّل شخص ما الدخول باستخدام {browser} في {time}. لم يسبق لحسابك تسجيل الدخول من هناك.")
    },
    address: |address| format!("جاء تسجيل الدخول من عنوان الشبكة {address}."),
    by_others: "إذا كنت أنت من فعل ذلك، فلا داعي لفعل أي شيء. وإلا فغيّر كلمة المرور فورًا وأنهِ تسجيل الدخول هذا من صفحة حسابك.",
};
