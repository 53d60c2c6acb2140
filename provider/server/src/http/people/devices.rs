//! `/account/devices`: the devices on which the person who is signed in has native applications.

use axum::response::Response;
use credenza_protocol::ids::DeviceId;
use http::StatusCode;

use super::account::{self, signed_in};
use crate::failure::Failure;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page;
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, DeviceLine, Devices};
use crate::people::devices::{self as flow, Installed};

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/devices";

/// The page.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let devices = match flow::installed(&context, &own.user.user_id).await {
        Ok(devices) => devices,
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let page = Devices {
        frame: page::frame(&context, lang),
        devices: devices.iter().map(line).collect(),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(&context, PAGE, "", &handle),
        nav: account::nav(&context, lang, Some(AccountPlace::Devices)),
    };
    page::html_with_script(StatusCode::OK, &page)
}

/// The form: removes one.
pub(crate) async fn remove(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let device_id = DeviceId::new(form.get("device_id").unwrap_or_default());
    match flow::remove(&context, &own.user.user_id, &device_id).await {
        // One that is gone is not in the list either.
        Ok(_) => reply::see_other(&format!("{}/{PAGE}", context.realm.base)),
        Err(error) => page::failed(&context, lang, &Failure::from(error)),
    }
}

fn line(installed: &Installed) -> DeviceLine<'_> {
    let Installed { device, application, last_seen_at } = installed;
    DeviceLine {
        device_id: device.device_id.as_str(),
        name: &device.name,
        platform: device.platform,
        application,
        app_version: device.app_version.as_deref(),
        added: device.created_at,
        last_seen: *last_seen_at,
    }
}
