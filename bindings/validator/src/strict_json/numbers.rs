//! Numbers beyond the range of a double, which JSON may have (RFC 8259 section 6) and readers need not take.

/// The greatest double, which stands for everything beyond it.
const GREATEST: &str = "1.7976931348623157e308";

/// The text with every number beyond the range of a double replaced by the greatest one of its sign; `None` where there
/// is no such number. The text need not be JSON: where it is not, the result is not either.
pub(crate) fn finite(json: &str) -> Option<String> {
    let mut finite = String::new();
    let (mut rest, mut changed) = (json, false);
    while let Some(at) = rest.find(['"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        let (before, found) = rest.split_at(at);
        finite.push_str(before);
        let length = if found.starts_with('"') { string(found) } else { number(found) };
        let (token, behind) = found.split_at(length);
        if is_beyond(token) {
            finite.push_str(if token.starts_with('-') { "-" } else { "" });
            finite.push_str(GREATEST);
            changed = true;
        } else {
            finite.push_str(token);
        }
        rest = behind;
    }
    finite.push_str(rest);
    changed.then_some(finite)
}

/// The length of a string, with its quotes; up to the end of the text where it has no end.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

/// The length of what looks like a number.
fn number(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Whether it is a number by the grammar of JSON, and greater than any double.
fn is_beyond(token: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = token.split_once(['e', 'E']).map_or((token, None), |(m, e)| (m, Some(e)));
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
        && token.parse::<f64>().is_ok_and(f64::is_infinite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8259_6_numbers_beyond_a_double_become_the_greatest() {
        let text = r#"{"a":1e999,"b":-1E+400,"c":"1e999 \\\" 1e999","d":[1e308,12,1e-999]}"#;
        let finite = finite(text).unwrap();
        let read: serde_json::Value = serde_json::from_str(&finite).unwrap();
        assert_eq!((read["a"].as_f64(), read["b"].as_f64()), (Some(f64::MAX), Some(f64::MIN)));
        assert_eq!(read["c"], "1e999 \\\" 1e999");
        assert_eq!(read["d"], serde_json::json!([1e308, 12, 0.0]));
        assert!(super::finite(&"9".repeat(400)).is_some());
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in
            ["01e999", "1.e999", "-.5e999", "+1e999", "1e999e9", "1e", "-", "\"1e999", "1e+", "--1e999"]
        {
            let stays = finite(text).is_none_or(|text| serde_json::from_str::<f64>(&text).is_err());
            assert!(stays, "{text}");
        }
        assert_eq!(finite(r#"{"a":1e308}"#), None);
    }
}
