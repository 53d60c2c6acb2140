//! Arabic. Names stand in isolates, since most are written from left to right (UAX 9 2.7).

mod factors;
mod own_account;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use super::{SharedTexts, Texts};
use crate::pages::account::AccountTexts;
use crate::pages::account_nav::AccountNavTexts;
use crate::pages::applicant::ApplicantTexts;
use crate::pages::applications::ApplicationsTexts;
use crate::pages::change_password::ChangePasswordTexts;
use crate::pages::consent::{ConsentTexts, ScopeTexts};
use crate::pages::deletion::DeletionTexts;
#[cfg(feature = "demo")]
use crate::pages::demo::{CheckTexts, DemoTexts, InboxTexts, SpaTexts};
use crate::pages::error::ErrorTexts;
use crate::pages::finished::FinishedTexts;
use crate::pages::form_post::FormPostTexts;
use crate::pages::home::HomeTexts;
use crate::pages::letter::LetterTexts;
use crate::pages::login::LoginTexts;
use crate::pages::logout::{LogoutTexts, RefusedTexts};
use crate::pages::look::FrameTexts;
use crate::pages::mailed_code::MailedCodeTexts;
use crate::pages::new_password::NewPasswordTexts;
use crate::pages::own_data::OwnDataTexts;
use crate::pages::password_reset::PasswordResetTexts;
use crate::pages::required_password::RequiredPasswordTexts;
use crate::pages::robot_check::RobotCheckTexts;
use crate::pages::select_account::SelectAccountTexts;
use crate::pages::sign_in_by_mail::SignInByMailTexts;
use crate::pages::sign_up::SignUpTexts;
use crate::pages::terms::TermsTexts;
use crate::pages::way_on::WayOnTexts;

/// A noun after a number: one, two, from three to ten, from eleven to ninety-nine, and whole hundreds with what is a little
/// more.
struct Noun {
    one: &'static str,
    two: &'static str,
    few: &'static str,
    many: &'static str,
    other: &'static str,
}

const SECONDS: Noun = Noun {
    one: "ثانية واحدة", two: "ثانيتين", few: "ثوانٍ", many: "ثانية", other: "ثانية"
};
const MINUTES: Noun =
    Noun {
        one: "دقيقة واحدة", two: "دقيقتين", few: "دقائق", many: "دقيقة", other: "دقيقة"
    };
const DAYS: Noun =
    Noun { one: "يوم واحد", two: "يومين", few: "أيام", many: "يومًا", other: "يوم" };
const CHARACTERS: Noun =
    Noun { one: "حرف واحد", two: "حرفين", few: "أحرف", many: "حرفًا", other: "حرف" };

impl Noun {
    fn after(&self, number: u64) -> String {
        match (number, number % 100) {
            (1, _) => self.one.to_owned(),
            (2, _) => self.two.to_owned(),
            (_, 3..=10) => format!("{number} {}", self.few),
            (_, 11..=99) => format!("{number} {}", self.many),
            _ => format!("{number} {}", self.other),
        }
    }
}

/// A name that takes nothing of the text around it along.
fn apart(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

fn date_time(time: DateTime<Utc>) -> String {
    let month = match time.month() {
        1 => "يناير",
        2 => "فبراير",
        3 => "مارس",
        4 => "أبريل",
        5 => "مايو",
        6 => "يونيو",
        7 => "يوليو",
        8 => "أغسطس",
        9 => "سبتمبر",
        10 => "أكتوبر",
        11 => "نوفمبر",
        _ => "ديسمبر",
    };
    let (is_afternoon, hour) = time.hour12();
    let half = if is_afternoon { "م" } else { "ص" };
    let (day, year, minute) = (time.day(), time.year(), time.minute());
    format!("{day} {month} {year}، {hour}:{minute:02} {half} بالتوقيت العالمي المنسق")
}

pub(super) static TEXTS: Texts = Texts {
    tag: "ar",
    name: "العربية",
    is_right_to_left: true,
    frame: FrameTexts {
        languages: "اللغة", support: "المساعدة", imprint: "بيانات الناشر"
    },
    shared: SharedTexts {
        signed_in_as: |name| format!("تم تسجيل الدخول باسم {}", apart(name)),
        username: "اسم المستخدم",
        password: "كلمة المرور",
        sign_in: "تسجيل الدخول",
        sign_out: "تسجيل الخروج",
        back: "رجوع",
        continue_: "متابعة",
        date_time,
    },
    applicant: ApplicantTexts {
        returns_to: "ستعود بعد ذلك إلى",
        about: "حول هذا التطبيق",
        privacy_policy: "سياسة الخصوصية",
        terms_of_service: "شروط الخدمة",
    },
    robot_check: RobotCheckTexts {
        missing: "يُرجى تأكيد أنك لست روبوتًا ثم المحاولة مرة أخرى.",
        working: "جارٍ التحقق من أنك لست روبوتًا …",
        wait: |seconds| {
            format!(
                "متصفحك لا يشغّل JavaScript: يُرجى الانتظار {seconds} ثانية قبل الضغط على الزر. هذا يُبعد الروبوتات."
            )
        },
    },
    login: LoginTexts {
        waits: "حسابك بانتظار الموافقة. ستصلك رسالة عند البت فيه.",
        again: "مضى وقت على تسجيل دخولك. يرجى تأكيد أنك أنت: سجّل الدخول من جديد للمتابعة.",
        title: |name| format!("تسجيل الدخول إلى {}", apart(name)),
        username_or_email: "اسم المستخدم أو عنوان البريد الإلكتروني",
        cancel: "إلغاء",
        wrong: "اسم المستخدم أو كلمة المرور غير صحيحة. يرجى المحاولة مرة أخرى.",
        throttled: |seconds| {
            let wait = if seconds < 60 {
                SECONDS.after(seconds.max(1))
            } else {
                MINUTES.after(seconds.div_ceil(60))
            };
            format!("محاولات كثيرة جدًا. يرجى المحاولة مرة أخرى بعد {wait}.")
        },
    },
    password_reset: PasswordResetTexts {
        forgot: "هل نسيت كلمة المرور؟",
        explanation: "أدخل اسم المستخدم أو عنوان البريد الإلكتروني، وسنرسل إليك رابطًا لاختيار كلمة مرور جديدة.",
        send: "إرسال الرابط",
        back: "العودة إلى تسجيل الدخول",
        sent_title: "تحقق من بريدك الإلكتروني",
        sent: "إذا كان هناك حساب بهذا الاسم وله عنوان بريد إلكتروني، فالرابط في طريقه إليه. يعمل الرابط لمدة 30 دقيقة.",
        nothing_came: "لم يصل شيء بعد بضع دقائق؟ ابحث في مجلد الرسائل غير المرغوب فيها، وتحقق مما كتبته.",
        again: "المحاولة مرة أخرى",
        choose: "اختيار كلمة مرور جديدة",
        of_account: |name| format!("للحساب {}", apart(name)),
        new_password: "كلمة المرور الجديدة",
        link_is_dead: "لم يعد هذا الرابط صالحًا: إما أنه استُخدم من قبل، أو مضى عليه أكثر من 30 دقيقة، أو حلّ محله رابط أحدث.",
        changed_title: "تم تغيير كلمة المرور",
        changed: "يمكنك الآن تسجيل الدخول بكلمة المرور الجديدة. تم تسجيل خروجك من كل مكان آخر.",
    },
    new_password: NewPasswordTexts {
        rule: |least| {
            format!("{} على الأقل. عدة كلمات معًا يسهل تذكرها ويصعب تخمينها.", CHARACTERS.after(least))
        },
        short: |least| {
            format!("كلمة المرور قصيرة جدًا: يجب أن تحتوي على {} على الأقل.", CHARACTERS.after(least))
        },
        long: "كلمة المرور طويلة جدًا.",
        control: "تحتوي كلمة المرور على رموز لا يمكن كتابتها على كل لوحة مفاتيح.",
        own: "يجب ألا تكون كلمة المرور هي اسم المستخدم أو عنوان البريد الإلكتروني.",
        guessable: "من السهل تخمين كلمة المرور هذه: فهي شائعة جدًا، أو تتبع نمطًا معروفًا، أو تشبه اسمك. استخدم عدة كلمات لا \
                    علاقة بينها.",
        breached: "كلمة المرور هذه موجودة في قائمة كلمات مرور سُرقت من مواقع أخرى، ولذلك سيجرّبها آخرون. اختر كلمة أخرى، \
                   وغيّرها في كل مكان تستخدمها فيه.",
    },
    sign_up: SignUpTexts {
        waits_title: "حسابك بانتظار الموافقة",
        waits: "أُنشئ حسابك، وسيُبتّ فيه قبل أن تتمكن من تسجيل الدخول. ستصلك رسالة عندئذ.",
        invited: |address| format!("أنت مدعو بعنوان البريد الإلكتروني هذا: {}", apart(address)),
        invitation_is_dead: "لم تعد هذه الدعوة صالحة: إما أنها قُبلت من قبل، أو انتهت مدتها، أو سُحبت، أو حلّت محلها دعوة أحدث. يرجى \
                             الرجوع إلى من دعاك.",
        by_invitation: "لا تُنشأ الحسابات هنا إلا بدعوة. إذا كانت لديك دعوة، فافتح الرابط الموجود في رسالتها.",
        title: |name| format!("إنشاء حساب لدى {}", apart(name)),
        explanation: "ستصلك رسالة بريد إلكتروني تؤكد بها أن العنوان لك.",
        email: "عنوان البريد الإلكتروني",
        send: "متابعة",
        have_one: "لديك حساب بالفعل؟ سجّل الدخول",
        create: "إنشاء حساب",
        not_an_address: "هذا ليس عنوان بريد إلكتروني. يرجى التحقق مما كتبته.",
        not_admitted: "لا يمكن إنشاء حساب هنا بهذا العنوان. يرجى استخدام عنوان آخر.",
        sent_to: |address| {
            format!(
                "هناك رسالة في طريقها إلى {}. افتح الرابط الموجود فيها، أو اكتب الرمز هنا. كلاهما يعمل لمدة 30 دقيقة.",
                apart(address)
            )
        },
        confirm: "تأكيد العنوان",
        nothing_came: "لم يصل شيء بعد بضع دقائق؟ ابحث في مجلد الرسائل غير المرغوب فيها، وتحقق من العنوان.",
        complete_title: "إنشاء حساب",
        confirmed: |address| format!("تم تأكيد عنوان بريدك الإلكتروني: {}", apart(address)),
        password: "كلمة المرور",
        username_rule: "تسجّل الدخول به، وقد يراه الآخرون.",
        username_taken: "اسم المستخدم هذا محجوز، أو يسهل الخلط بينه وبين اسم آخر. يرجى اختيار اسم مختلف.",
        username_invalid: "يحتوي اسم المستخدم هذا على رموز غير مسموح بها، أو هو طويل جدًا.",
        link_is_dead: "لم يعد هذا الرابط صالحًا: إما أنه استُخدم من قبل، أو مضى عليه أكثر من 30 دقيقة، أو حلّ محله رابط أحدث.",
        address_taken: "أصبح هناك حساب بهذا العنوان. يرجى تسجيل الدخول.",
        ready_title: "حسابك جاهز",
        ready: "يمكنك تسجيل الدخول الآن: في المتصفح الذي بدأت فيه، أو هنا.",
    },
    change_password: ChangePasswordTexts {
        title: "تغيير كلمة المرور",
        old: "كلمة المرور الحالية",
        everywhere: "تسجيل الخروج من كل مكان آخر، وسحب إذن الوصول من التطبيقات",
        wrong: "كلمة المرور الحالية غير صحيحة. يرجى المحاولة مرة أخرى.",
        overtaken: "تم تغيير كلمة المرور للتو من مكان آخر. يرجى تسجيل الدخول من جديد.",
        done: "تم تغيير كلمة المرور.",
    },
    devices: own_account::DEVICES,
    applications: ApplicationsTexts {
        title: "التطبيقات التي لديها إذن الوصول",
        none: "ليس لأي تطبيق إذن الوصول إلى حسابك.",
        last_used: |time| format!("آخر نشاط: {time}"),
        remembered: "غير نشط. سمحت بذلك من قبل، فلا حاجة إلى السؤال مرة أخرى.",
        withdraw: "سحب إذن الوصول",
        explanation: "إذا سحبت إذن الوصول من تطبيق، انقطع وصوله فورًا، وعليه أن يطلبه منك من جديد.",
    },
    mailed_code: MailedCodeTexts {
        title: "تحقق من بريدك الإلكتروني",
        code: "الرمز الوارد في الرسالة",
        wrong: "الرمز خاطئ أو لم يعد صالحًا. يرجى التحقق مما كتبته.",
        too_many: "رموز خاطئة كثيرة جدًا. يرجى المحاولة مرة أخرى بعد ساعة، أو فتح الرابط الموجود في الرسالة.",
        again: "إرسال رسالة أخرى",
    },
    sign_in_by_mail: SignInByMailTexts {
        send: "إرسال رابط تسجيل الدخول بالبريد الإلكتروني",
        name_missing: "يرجى كتابة اسم المستخدم أو عنوان البريد الإلكتروني، ثم طلب الرابط من جديد.",
        sent_to: |typed| {
            format!(
                "إذا كان {} حسابًا له عنوان بريد إلكتروني مؤكد، فهناك رسالة في طريقها إليه. افتح الرابط الموجود فيها في هذا \
                 المتصفح، أو اكتب الرمز هنا. كلاهما يعمل لمدة 10 دقائق.",
                apart(typed)
            )
        },
        of_account: |name| format!("أنت تسجّل الدخول إلى الحساب {}.", apart(name)),
        not_yours: "إذا لم يكن هذا حسابك، فأغلق هذه الصفحة.",
        given: "أنشأ القائمون على هذه الخدمة هذا الرابط لك.",
        elsewhere_title: "تابع في المتصفح الآخر",
        elsewhere: |name| {
            format!(
                "ينتمي هذا الرابط إلى متصفح آخر يريد فيه شخص ما، وأغلب الظن أنه أنت، تسجيل الدخول إلى الحساب {}.",
                apart(name)
            )
        },
        asked_in: |device| format!("المتصفح: {}", apart(device)),
        asked_at: |time| format!("وقت الطلب: {time}"),
        type_code: "لتسجيل الدخول هناك، اكتب هذا الرمز في الصفحة التي لا تزال مفتوحة:",
        keep_code: "إذا لم تطلب ذلك بنفسك، فأغلق هذه الصفحة. لا تعطِ الرمز لأحد، ولا تكتبه في صفحة أرسلها إليك أحد.",
        link_is_dead: "لم يعد هذا الرابط صالحًا: إما أنه استُخدم من قبل، أو انتهت مدته، أو سجّلت الدخول برابط آخر.",
    },
    second_factor: factors::SECOND_FACTOR,
    authenticator_app: factors::AUTHENTICATOR_APP,
    passkey: factors::PASSKEY,
    recovery_codes: factors::RECOVERY_CODES,
    security: factors::SECURITY,
    factor_letter: factors::FACTOR_LETTER,
    sign_in_letter: factors::SIGN_IN_LETTER,
    terms: TermsTexts {
        asked: |brand| format!("يُرجى قراءة شروط الخدمة الخاصة بـ {} وقبولها للمتابعة.", apart(brand)),
        changed: |brand| {
            format!("تغيّرت شروط الخدمة الخاصة بـ {}. يُرجى قراءتها وقبولها للمتابعة.", apart(brand))
        },
        accept: "قبول ومتابعة",
        choice: "أوافق على شروط الخدمة",
        missing: "يُرجى الموافقة على شروط الخدمة لإنشاء حسابك.",
    },
    required_password: RequiredPasswordTexts {
        why: "يجب تغيير كلمة المرور قبل أن تتمكن من المتابعة.",
        change: "تغيير كلمة المرور والمتابعة",
        same: "هذه هي كلمة المرور الحالية. يرجى اختيار كلمة أخرى.",
    },
    own_data: OwnDataTexts {
        title: "بياناتك",
        intro: "نزّل نسخة من كل ما هو محفوظ عنك: حسابك، ومجموعاتك وأدوارك، وأين أنت مسجل للدخول، والتطبيقات التي لديها إذن الوصول، \
                وما حدث في حسابك. إنها ملف JSON لا يحتوي على كلمات مرور ولا على أسرار أخرى.",
        download: "تنزيل النسخة",
    },
    deletion: DeletionTexts {
        title: "حذف الحساب",
        intro_later: |days| {
            format!(
                "يُعطّل حسابك فورًا، ويُسجّل خروجك من كل مكان، وتفقد التطبيقات إذن الوصول. وبعد {} يُحذف كل شيء نهائيًا؛ وحتى ذلك \
                 الحين يمكنك الاحتفاظ بالحساب.",
                DAYS.after(days)
            )
        },
        intro_now: "يُحذف حسابك وكل ما هو محفوظ معه فورًا ونهائيًا. لا يمكن التراجع عن ذلك.",
        confirm: "اكتب اسم المستخدم للتأكيد",
        submit: "حذف الحساب",
        wrong: "هذا ليس اسم المستخدم الخاص بك. يرجى كتابته كما هو معروض أعلاه.",
        administers: "لحسابك صلاحيات إدارة هذه الخدمة. يرجى أن تطلب من مشغّل آخر حذفه.",
        refused: "لا يمكن حذف الحساب الآن. يرجى تسجيل الدخول من جديد.",
        asked_title: "سيُحذف حسابك",
        asked: |time| format!("تم تعطيل حسابك، وسيُحذف في {time}. للاحتفاظ به، سجّل الدخول من جديد قبل ذلك."),
        deleted_title: "تم حذف حسابك",
        deleted: "تم حذف حسابك وكل ما كان محفوظًا معه. يمكنك إغلاق هذه النافذة.",
        keep_title: "هل تريد الاحتفاظ بحسابك؟",
        keep_at: |time| format!("طلبت حذف هذا الحساب. سيُحذف في {time}."),
        keep: "الاحتفاظ بحسابي",
        kept_title: "تم الاحتفاظ بحسابك",
        kept: "حسابك نشط من جديد. على التطبيقات أن تطلب منك إذن الوصول مرة أخرى.",
        link_is_dead: "لم يعد هذا الرابط صالحًا: إما أن الحساب تم الاحتفاظ به من قبل، أو انتهت مهلته.",
        back: "العودة إلى حسابك",
    },
    account_nav: AccountNavTexts {
        label: "حسابك",
        sessions: "عمليات تسجيل الدخول",
        password: "كلمة المرور",
        applications: "التطبيقات",
    },
    profile: own_account::PROFILE,
    email: own_account::EMAIL,
    letter: LetterTexts {
        approved_subject: |brand| format!("تمت الموافقة على حسابك لدى {}", apart(brand)),
        approved: |name| format!("تمت الموافقة على حسابك {}. يمكنك تسجيل الدخول الآن.", apart(name)),
        rejected_subject: |brand| format!("حسابك لدى {}", apart(brand)),
        rejected: |brand| {
            format!("لم تتم الموافقة على حسابك لدى {}. لا يمكن استخدامه، وسيُحذف بعد شهر.", apart(brand))
        },
        email_change_subject: |brand| format!("تأكيد عنوان بريدك الإلكتروني الجديد لدى {}", apart(brand)),
        email_change: |name| {
            format!("طلب شخص ما، وغالبًا أنت، استخدام عنوان البريد الإلكتروني هذا للحساب {}.", apart(name))
        },
        email_change_lasts: |minutes| {
            format!("يصلح كلاهما مرة واحدة خلال {}، وفقط حيث سجّلتَ الدخول.", MINUTES.after(minutes))
        },
        email_change_ignore: "إن لم تكن أنت، فلا تؤكد العنوان ولا تعطِ الرمز لأحد.",
        email_taken_subject: |brand| format!("عنوان بريدك الإلكتروني لدى {}", apart(brand)),
        email_taken: |name| {
            format!(
                "أراد شخص ما، وربما أنت، استخدام عنوان البريد الإلكتروني هذا لحساب آخر. العنوان لحسابك {}، ويبقى كذلك.",
                apart(name)
            )
        },
        email_taken_ignore: "لا يلزمك فعل شيء. لاستخدام العنوان لحساب آخر غيّر أولًا عنوان البريد الإلكتروني لهذا الحساب.",
        email_changed_subject: |brand| format!("تم تغيير عنوان بريدك الإلكتروني لدى {}", apart(brand)),
        email_changed: |name| {
            format!("للحساب {} عنوان بريد إلكتروني جديد. لم يعد هذا العنوان تابعًا له.", apart(name))
        },
        email_changed_undo: |days| {
            format!(
                "إن لم تكن أنت، فاستعد هذا العنوان خلال {}. عندئذ تنتهي جميع عمليات تسجيل الدخول، وتختار كلمة مرور جديدة.",
                DAYS.after(days)
            )
        },
        email_restored_subject: |brand| format!("تمت استعادة عنوان بريدك الإلكتروني لدى {}", apart(brand)),
        email_restored: |brand| {
            format!(
                "عاد عنوان البريد الإلكتروني هذا إلى حسابك لدى {}. انتهت جميع عمليات تسجيل الدخول، ولم تعد كلمة المرور صالحة.",
                apart(brand)
            )
        },
        deletion_subject: |brand| format!("سيُحذف حسابك لدى {}", apart(brand)),
        deletion_asked: |name| format!("طلب شخص ما، وأغلب الظن أنه أنت، حذف الحساب {}.", apart(name)),
        deletion_at: |time| format!("تم تعطيله الآن، وسيُحذف نهائيًا في {time}."),
        deletion_keep: "حتى ذلك الحين يمكنك الاحتفاظ به: اضغط الزر، أو سجّل الدخول.",
        deletion_by_others: "إذا لم تكن أنت من فعل ذلك، فاحتفظ بالحساب وغيّر كلمة مروره: فهناك من يعرفها غيرك.",
        deletion_soon_subject: |brand| format!("سيُحذف حسابك لدى {} قريبًا", apart(brand)),
        deletion_soon: |name| format!("طلبت حذف الحساب {}، ومهلته على وشك الانتهاء.", apart(name)),
        sign_in_subject: |brand| format!("تسجيل الدخول إلى {}", apart(brand)),
        sign_in_asked: |name| {
            format!("يريد شخص ما، وأغلب الظن أنه أنت، تسجيل الدخول إلى الحساب {}.", apart(name))
        },
        sign_in_from: |device| format!("طُلب ذلك في هذا المتصفح: {}", apart(device)),
        sign_in_ignore: "إذا لم تكن أنت من طلب ذلك، فلا حاجة إلى فعل أي شيء: لا يستطيع أحد تسجيل الدخول بهذه الطريقة من دون هذه \
                         الرسالة. لا تعطِ الرمز لأحد.",
        given: |name| {
            format!("أنشأ القائمون على هذه الخدمة رابطًا لك. يسجّل دخولك إلى الحساب {}.", apart(name))
        },
        given_ignore: "لا تُعِد توجيه هذه الرسالة إلى أحد: فمن يفتح الرابط يستطيع تسجيل الدخول إلى حسابك.",
        invitation_subject: |brand| format!("دعوتك إلى {}", apart(brand)),
        invited: |brand| format!("أنت مدعو إلى إنشاء حساب لدى {} بعنوان البريد الإلكتروني هذا.", apart(brand)),
        invitation_lasts: |until| format!("يعمل الرابط مرة واحدة، حتى {until}."),
        invitation_ignore: "إذا لم تكن تعرف ما الأمر، فلا حاجة إلى فعل أي شيء: لن يُنشأ أي حساب. لا تعطِ الرابط لأحد.",
        greeting: "مرحبًا،",
        link_instead: "إذا لم يعمل الزر، فافتح هذا العنوان في متصفحك:",
        automatic: |brand| format!("أرسلت {} هذه الرسالة تلقائيًا. لا تُقرأ الردود عليها.", apart(brand)),
        reset_subject: |brand| format!("اختيار كلمة مرور جديدة لدى {}", apart(brand)),
        reset_asked: |name| {
            format!("طلب شخص ما، وأغلب الظن أنه أنت، كلمة مرور جديدة للحساب {}.", apart(name))
        },
        reset_lasts: |minutes| format!("يعمل الرابط مرة واحدة، خلال {}.", MINUTES.after(minutes)),
        reset_ignore: "إذا لم تكن أنت من طلب ذلك، فلا حاجة إلى فعل أي شيء: تبقى كلمة المرور كما هي.",
        changed_subject: |brand| format!("تم تغيير كلمة المرور لدى {}", apart(brand)),
        changed: |name| {
            format!("تم تغيير كلمة مرور الحساب {}، وتم تسجيل الخروج من الحساب في كل مكان.", apart(name))
        },
        changed_here: |name| format!("تم تغيير كلمة مرور الحساب {}.", apart(name)),
        changed_by_others: "إذا لم تكن أنت من فعل ذلك، فاختر فورًا «هل نسيت كلمة المرور؟» في صفحة تسجيل الدخول، وأبلغ الجهة \
                            التي تشغّل هذه الخدمة.",
        sign_up_subject: |brand| format!("تأكيد عنوان بريدك الإلكتروني لدى {}", apart(brand)),
        sign_up_asked: |brand| {
            format!("يريد شخص ما، وأغلب الظن أنه أنت، إنشاء حساب لدى {} بهذا العنوان.", apart(brand))
        },
        sign_up_code: |code| format!("أو اكتب هذا الرمز في الصفحة التي لا تزال مفتوحة: {}", apart(code)),
        sign_up_lasts: |minutes| format!("يعمل الرابط والرمز مرة واحدة، لمدة {}.", MINUTES.after(minutes)),
        sign_up_ignore: "إذا لم تكن أنت من طلب ذلك، فلا حاجة إلى فعل أي شيء: لن يُنشأ أي حساب. لا تعطِ الرمز لأحد.",
        known_subject: |brand| format!("لديك حساب بالفعل لدى {}", apart(brand)),
        known: |name| {
            format!(
                "أراد شخص ما، وأغلب الظن أنه أنت، إنشاء حساب بهذا العنوان. هناك حساب بالفعل: {}.",
                apart(name)
            )
        },
        known_ignore: "إذا نسيت كلمة المرور، فيمكنك اختيار كلمة جديدة في صفحة تسجيل الدخول. وإذا لم تكن أنت من فعل ذلك، فلا \
                       حاجة إلى فعل أي شيء: لم يتغير شيء.",
        test_subject: |issuer| format!("البريد الوارد من {} يعمل", apart(issuer)),
        test: "أُرسلت هذه الرسالة لمعرفة ما إذا كان البريد يعمل. إنه يعمل.",
    },
    consent: ConsentTexts {
        title: |name| format!("يطلب {} إذن الوصول", apart(name)),
        would_like_to: "يريد التطبيق:",
        scopes: ScopeTexts {
            account: "إدارة حسابك: ملفك الشخصي وكلمة المرور وجلساتك وما يُسمح به للتطبيقات",
            openid: "معرفة من أنت",
            profile: "الاطلاع على ملفك الشخصي، مثل اسمك وصورتك",
            email: "الاطلاع على عنوان بريدك الإلكتروني",
            address: "الاطلاع على عنوانك البريدي",
            phone: "الاطلاع على رقم هاتفك",
            offline_access: "الاحتفاظ بهذا الإذن في غيابك أيضًا، إلى أن تسحبه",
            groups: "الاطلاع على المجموعات التي تنتمي إليها",
            roles: "الاطلاع على أدوارك",
            claim: |name| format!("الاطلاع على إحدى بياناتك: {}", apart(name)),
        },
        only_if_trusted: "لا تسمح بذلك إلا إذا كنت تعرف التطبيق وتثق به.",
        allow: "سماح",
        deny: "رفض",
    },
    select_account: SelectAccountTexts {
        title: |name| format!("اختيار حساب لتطبيق {}", apart(name)),
        continue_as: |name| format!("المتابعة باسم {}", apart(name)),
        other: "استخدام حساب آخر",
    },
    form_post: FormPostTexts {
        title: "جارٍ إعادتك", press_to_return: "اضغط «متابعة» للعودة إلى التطبيق."
    },
    logout: LogoutTexts {
        title: "هل تريد تسجيل الخروج؟",
        asked_by: |name| format!("يريد {} تسجيل خروجك.", apart(name)),
        stay_signed_in: "البقاء مسجلًا للدخول",
        signed_out: "تم تسجيل خروجك",
        returning: "جارٍ إعادتك إلى التطبيق.",
        may_close: "يمكنك إغلاق هذه النافذة الآن.",
        may_go_back_to: |name| format!("يمكنك العودة إلى {} أو إغلاق هذه النافذة.", apart(name)),
        refused: RefusedTexts {
            hint: "لم يُقبل إثبات تسجيل دخولك الذي أرسله التطبيق (id_token_hint): فقد جرى تغييره، أو لا يحمل توقيعًا، أو لم يصدر \
                   عن خدمة تسجيل الدخول هذه. لن تُنقل إلى عنوان آخر.",
            client: "التطبيق الذي طلب ذلك غير معروف لدى خدمة تسجيل الدخول هذه أو تم تعطيله، أو أن الطلب يسمّي تطبيقًا غير الذي \
                     يسمّيه إثبات تسجيل دخولك. لن تُنقل إلى عنوان آخر.",
            redirect_uri: "طلب التطبيق نقلك إلى عنوان غير مسجل له. لن تُنقل إليه.",
            unnamed: "يسمّي الطلب عنوانًا لنقلك إليه، لكنه لا يسمّي التطبيق الذي يطلب ذلك. لن تُنقل إليه.",
            unconfirmed: "لا يحمل الطلب إثباتًا لتسجيل دخولك (id_token_hint)، ولم يكن هناك من يؤكده. لم تُنقل إلى العنوان الذي \
                          يسمّيه.",
            still_signed_in: "ما زلت مسجلًا للدخول. لم يتغير شيء حتى الآن.",
            has_ended: "انتهت جلستك في هذا المتصفح.",
            was_not_signed_in: "لم تكن هناك جلسة في هذا المتصفح، فلم يكن هناك ما يلزم إنهاؤه.",
        },
    },
    account: AccountTexts {
        used_by: |names| format!("التطبيقات: {}", apart(names)),
        title: "حسابك",
        where_signed_in: "أين أنت مسجل للدخول",
        no_sessions: "ليست لديك جلسات نشطة.",
        this_device: "هذا الجهاز",
        unknown_device: "جهاز غير معروف",
        signed_in_at: |time| format!("تسجيل الدخول: {time}"),
        last_seen_at: |time| format!("آخر نشاط: {time}"),
        place: |place| format!("المكان التقريبي: {}", apart(place)),
        sign_out_everywhere: "تسجيل الخروج من كل مكان",
    },
    error: ErrorTexts {
        title: "لم يُقبل الطلب",
        client_unknown: "التطبيق الذي أرسلك إلى هنا غير معروف لدى خدمة تسجيل الدخول هذه، أو تم تعطيله.",
        redirect_uri: "طلب التطبيق نقلك إلى عنوان غير مسجل له.",
        client_missing: "لا يذكر الطلب الذي أتى بك إلى هنا أي تطبيق أرسله.",
        unreadable: "أرسل التطبيق طلبًا لا تستطيع خدمة تسجيل الدخول هذه قراءته: جزء منه طويل جدًا، أو مكرر، أو ليس نصًا.",
        request_object: "أرسل التطبيق طلبًا موقّعًا لا تستطيع خدمة تسجيل الدخول هذه قبوله.",
        answer_not_offered: "طلب التطبيق إجابة من نوع لا تقدمه له خدمة تسجيل الدخول هذه.",
        malformed: "أرسل التطبيق طلبًا لا تستطيع خدمة تسجيل الدخول هذه قبوله.",
        request_expired: "هذه الصفحة قديمة جدًا: استغرق تسجيل الدخول وقتًا أطول من المسموح به، فانتهى. يرجى البدء من جديد.",
        cookie_missing: "لم يرسل متصفحك ملف تعريف الارتباط الذي يحتاج إليه تسجيل الدخول هذا. ربما حُذف، أو أن متصفحك يحظر ملفات \
                         تعريف الارتباط، أو أن تسجيل الدخول بدأ في متصفح آخر. يرجى السماح بملفات تعريف الارتباط لهذا الموقع والبدء \
                         من جديد.",
        request_unknown: "تسجيل الدخول هذا غير معروف في هذا المتصفح: إما أنه بدأ في متصفح آخر، أو أن عنوانه غير مكتمل. يرجى البدء \
                          من جديد.",
        not_found: "لا توجد صفحة في هذا العنوان.",
        form_forged: "لا ينتمي هذا النموذج إلى الجلسة الحالية في متصفحك. يرجى الرجوع وإعادة تحميل الصفحة والمحاولة مرة أخرى.",
        unavailable: "خدمة تسجيل الدخول غير متاحة الآن. يرجى المحاولة مرة أخرى بعد قليل.",
        internal: "حدث خطأ في خدمة تسجيل الدخول. يرجى المحاولة مرة أخرى لاحقًا.",
        details: "التفاصيل التقنية (بالإنجليزية)",
        rule: "القاعدة",
        support_code: "رمز الدعم",
        support_hint: "إذا تكرر ذلك، فأعطِ هذا الرمز للقائمين على التطبيق الذي أتيت منه.",
    },
    finished: FinishedTexts {
        title: "انتهى تسجيل الدخول هذا بالفعل",
        explanation: "اكتمل للتو أو في وقت سابق، ربما في علامة تبويب أخرى أو بضغطة ثانية على الزر. لم يحدث شيء مرتين، ولم يبقَ هنا \
                      ما يلزم فعله.",
    },
    home: HomeTexts {
        title: |name| format!("خدمة تسجيل الدخول لدى {}", apart(name)),
        what: "ترسلك التطبيقات إلى هنا لتسجيل الدخول، ثم تعود إلى التطبيق الذي أتيت منه.",
        where_to: "لاستخدام تطبيق، افتحه واختر فيه تسجيل الدخول. ويمكنك هنا أن ترى أين أنت مسجل للدخول.",
        issuer: "جهة الإصدار",
        metadata: "بيانات الخدمة الوصفية للمطورين",
    },
    way_on: WayOnTexts {
        client: |name| format!("المتابعة إلى {}", apart(name)),
        home: "الانتقال إلى صفحة البداية",
        account: "الانتقال إلى حسابك",
        page_again: "إعادة تحميل الصفحة",
    },
    #[cfg(feature = "demo")]
    demo: DemoTexts {
        spa: SpaTexts {
            title: "تطبيق في المتصفح",
            intro: "صفحة يسجّل نصها البرمجي دخول الناس بواسطة @credenza/browser. يبقى رمز التحديث الخاص بها في ملف تعريف ارتباط لا \
                    يستطيع أي نص برمجي قراءته.",
            nobody: "لم يسجّل أحد الدخول.",
            signed_in: "مسجّل للدخول:",
            renew: "تجديد رمز الوصول",
            tokens: "رموز الوصول التي حصلت عليها علامة التبويب هذه:",
            needs_scripts: "لا تعمل هذه الصفحة إلا مع JavaScript.",
        },
        title: "تطبيق تجريبي",
        inbox: InboxTexts {
            title: "الرسائل المرسلة", is_empty: "لم يُرسل شيء بعد.", open_link: "فتح الرابط"
        },
        warning: "للتجربة فقط، وليس للاستخدام الفعلي.",
        intro: |issuer| format!("تطبيق صغير يسجّل دخول الناس عن طريق {}.", apart(issuer)),
        succeeded: "نجح تسجيل الدخول",
        check_failed: "فشل أحد الفحوص",
        checks: "الفحوص",
        check: CheckTexts {
            state: "قيمة state تخص تسجيل الدخول هذا",
            issuer: "تذكر الإجابة جهة الإصدار (RFC 9207)",
            id_token: "توقيع رمز الهوية وقيم iss و aud و exp و nonce صحيحة",
            access_token_hash: "قيمة التجزئة في at_hash تطابق رمز الوصول",
            userinfo: "بيانات المستخدم تخص الشخص نفسه",
        },
        passed: "ناجح",
        failed: "فاشل",
        id_token: "رمز الهوية",
        access_token: "رمز الوصول",
        header: "الترويسة",
        claims: "البيانات",
        userinfo: "بيانات المستخدم",
        refresh_token: "رمز التحديث",
        refresh_received: "تم استلامه. إنه سري، ولذلك لا يُعرض.",
        refresh_absent: "لم يتم استلامه.",
        not_begun: "لم يستطع التطبيق التجريبي بدء تسجيل الدخول.",
        not_finished: "لم يستطع التطبيق التجريبي إتمام تسجيل الدخول.",
    },
};
