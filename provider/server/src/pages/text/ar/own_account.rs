//! Arabic: the pages of a person's own account.

use super::apart;
use crate::pages::devices::DevicesTexts;
use crate::pages::email::EmailTexts;
use crate::pages::profile::ProfileTexts;

/// [`ProfileTexts`].
pub(super) const PROFILE: ProfileTexts = ProfileTexts {
    title: "الملف الشخصي",
    explanation: "ترى التطبيقات من هذه البيانات ما تحتاج إليه، ولا تراه إلا التطبيقات التي سمحتَ لها بذلك.",
    save: "حفظ",
    saved: "تم حفظ ملفك الشخصي.",
    overtaken: "تغيّر ملفك الشخصي في مكان آخر منذ فتحتَ هذه الصفحة. لم يُحفظ شيء. تحقق مما فيه الآن، وعدّله مرة أخرى إن لزم.",
    invalid: "لا يمكن حفظ ما في الحقل المحدد. تحقق مما كتبتَه.",
    optional: "اختياري",
    one_each_line: "قيمة واحدة في كل سطر.",
    birthdate_form: "مثل 1990-12-31 أو 1990، أو 0000-12-31 من دون السنة.",
    locale_form: "لغتك كرمز لغة، مثل ar أو ar-EG.",
    zoneinfo_form: "اسم منطقتك الزمنية، مثل Africa/Cairo.",
    uri_form: "عنوان ويب يبدأ بـ https://.",
    name: "الاسم الكامل",
    given_name: "الاسم الأول",
    middle_name: "الاسم الأوسط",
    family_name: "اسم العائلة",
    nickname: "الكنية",
    gender: "الجنس",
    birthdate: "تاريخ الميلاد",
    locale: "اللغة",
    zoneinfo: "المنطقة الزمنية",
    website: "الموقع الإلكتروني",
    picture: "عنوان صورة",
    phone_number: "رقم الهاتف",
};

/// [`EmailTexts`].
pub(super) const EMAIL: EmailTexts = EmailTexts {
    title: "البريد الإلكتروني",
    current: "عنوان بريدك الإلكتروني",
    none: "لا يوجد",
    unproven: "غير مؤكَّد",
    new: "عنوان البريد الإلكتروني الجديد",
    explanation: "ستصلك هناك رسالة تؤكد بها أن العنوان لك. ويبقى عنوانك الحالي حتى ذلك الحين.",
    waits: |address| format!("لم يُؤكَّد العنوان الجديد {} بعد.", apart(address)),
    cancel: "الإبقاء على العنوان الحالي",
    not_admitted: "لا يمكن استخدام عنوان البريد الإلكتروني هذا هنا. استخدم عنوانًا آخر.",
    own: "هذا هو عنوان بريدك الإلكتروني بالفعل.",
    changed: "تم تغيير عنوان بريدك الإلكتروني.",
    confirm_title: "تأكيد عنوان بريدك الإلكتروني",
    confirm: |address| format!("يصبح {} عنوان البريد الإلكتروني لحسابك.", apart(address)),
    undo_title: "استعادة عنوان بريدك الإلكتروني",
    undo: |address| {
        format!(
            "يعود {} عنوانَ البريد الإلكتروني لحسابك. تنتهي جميع عمليات تسجيل الدخول، وتفقد التطبيقات صلاحية الوصول، وتختار كلمة مرور \
             جديدة.",
            apart(address)
        )
    },
    restored_title: "تمت استعادة عنوان بريدك الإلكتروني",
    restored: "انتهت جميع عمليات تسجيل الدخول، ولم تعد كلمة المرور صالحة. اختر الآن كلمة مرور جديدة. وأرسلنا إليك أيضًا رابطًا لذلك.",
    sign_in_first: "سجّل الدخول بالحساب الذي تريد تغيير عنوان بريده الإلكتروني، وافتح الرابط مرة أخرى في المتصفح نفسه. أو اكتب الرمز من \
                    الرسالة في الصفحة التي طلبتَه فيها.",
    link_is_dead: "لم يعد هذا الرابط صالحًا: استُخدم من قبل أو انتهت صلاحيته أو حلّ محله رابط أحدث.",
    taken: "صار عنوان البريد الإلكتروني هذا لحساب آخر.",
    too_often: "لا يمكن تغيير عنوان البريد الإلكتروني الآن لأنه غُيّر مرات كثيرة. حاول مرة أخرى لاحقًا.",
};

/// [`DevicesTexts`].
pub(super) const DEVICES: DevicesTexts = DevicesTexts {
    title: "الأجهزة",
    none: "لم يسجّل أي تطبيق جهازًا لك.",
    explanation: "سجّلت تطبيقات أجهزتك هذه لترسل إليها رسائل. الجهاز الذي تزيله لا تصله رسائل بعد ذلك، إلى أن يسجّله التطبيق الموجود عليه من جديد. ويبقى التطبيق مسجَّل الدخول عليه: لإنهاء ذلك اسحب إذن الوصول منه في صفحة «التطبيقات».",
    application: |name| format!("التطبيق: {}", apart(name)),
    platform: |name| format!("المنصة: {}", apart(name)),
    browser: "متصفح",
    added: |time| format!("أضيف: {time}"),
    last_seen: |time| format!("آخر نشاط: {time}"),
    remove: "إزالة",
};
