//! HTTP/2 (RFC 9113), frame by frame: what no well-behaved client library sends.

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `SETTINGS_INITIAL_WINDOW_SIZE`.
const INITIAL_WINDOW: u16 = 4;
/// `CANCEL`, as an error code.
const CANCEL: [u8; 4] = [0, 0, 0, 8];

/// The beginning of a connection whose other side may send this much of each answer; `None` for the usual.
pub(crate) fn preface(window: Option<u32>) -> Vec<u8> {
    let mut settings = vec![];
    if let Some(window) = window {
        settings.extend(INITIAL_WINDOW.to_be_bytes());
        settings.extend(window.to_be_bytes());
    }
    [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(SETTINGS, 0, 0, &settings)].concat()
}

/// The id of a client's stream, by its number.
pub(crate) const fn stream(number: u32) -> u32 {
    2 * number + 1
}

/// A whole GET.
pub(crate) fn get(stream: u32, authority: &str, path: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &head(0x82, authority, path))
}

/// A POST of a form, without its body.
pub(crate) fn post(stream: u32, authority: &str, path: &str) -> Vec<u8> {
    let mut head = head(0x83, authority, path);
    // content-type is 31 in the static table: 15 in the prefix, and 16 more.
    head.extend([0x0f, 0x10]);
    head.extend(literal("application/x-www-form-urlencoded"));
    frame(HEADERS, END_HEADERS, stream, &head)
}

/// A whole POST of a form.
pub(crate) fn posted(stream: u32, authority: &str, path: &str, body: &str) -> Vec<u8> {
    [post(stream, authority, path), frame(DATA, END_STREAM, stream, body.as_bytes())].concat()
}

/// Takes a request back.
pub(crate) fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &CANCEL)
}

/// Asks whether the other side is there.
pub(crate) fn ping() -> Vec<u8> {
    frame(PING, 0, 0, b"anybody?")
}

/// The beginning of a head that goes on in [`more_of_a_head`].
pub(crate) fn begun_head(stream: u32, authority: &str, path: &str) -> Vec<u8> {
    frame(HEADERS, 0, stream, &head(0x82, authority, path))
}

/// Another piece of a head, and not the last.
pub(crate) fn more_of_a_head(stream: u32) -> Vec<u8> {
    let mut field = vec![0];
    field.extend(literal("x-more"));
    field.extend(literal(&"m".repeat(8000)));
    frame(CONTINUATION, 0, stream, &field)
}

/// Method, scheme, authority and path (RFC 7541 6.2.2, appendix A).
fn head(method: u8, authority: &str, path: &str) -> Vec<u8> {
    let mut head = vec![method, 0x86, 0x01];
    head.extend(literal(authority));
    head.push(0x04);
    head.extend(literal(path));
    head
}

/// A string without compression (RFC 7541 5.2).
fn literal(text: &str) -> Vec<u8> {
    let mut coded = vec![];
    if text.len() < 127 {
        coded.push(u8::try_from(text.len()).unwrap());
    } else {
        coded.push(127);
        let mut rest = text.len() - 127;
        while rest >= 128 {
            coded.push(u8::try_from(rest % 128).unwrap() | 128);
            rest /= 128;
        }
        coded.push(u8::try_from(rest).unwrap());
    }
    coded.extend(text.as_bytes());
    coded
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [head.as_slice(), payload].concat()
}
