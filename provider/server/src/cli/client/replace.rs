//! How an option changes a field: what is not given leaves the old value.

/// Replaces the old value by the new one, if there is one.
pub(super) fn value<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}

/// The same; an empty text clears the old one.
pub(super) fn text(old: &mut Option<String>, new: Option<String>) {
    if let Some(new) = new {
        *old = Some(new).filter(|text| !text.is_empty());
    }
}

/// The same for a list that is given text by text; nothing but an empty text clears the old list.
pub(super) fn texts(old: &mut Vec<String>, new: Vec<String>) {
    if !new.is_empty() {
        *old = new.into_iter().filter(|text| !text.is_empty()).collect();
    }
}

/// The same for a list of other values.
pub(super) fn list<T>(old: &mut Vec<T>, new: Vec<T>) {
    if !new.is_empty() {
        *old = new;
    }
}
