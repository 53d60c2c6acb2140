//! Lets the library leave open what Node brings.

fn main() {
    napi_build::setup();
}
