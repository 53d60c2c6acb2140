//! The committed schemas of events, to hold events against.

use boon::{Compiler, SchemaIndex, Schemas};
use credenza_protocol::event::{Form, schema};
use serde_json::Value;

/// The schemas of all types, in one form.
pub struct EventSchemas {
    schemas: Schemas,
    index: SchemaIndex,
}

impl EventSchemas {
    /// Those of the types as they are compiled; a test holds the committed ones to them.
    #[must_use]
    pub fn of(form: Form) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let place = "http://credenza.test/events.json";
        compiler.add_resource(place, schema::document(form)).unwrap();
        let index = compiler.compile(place, &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// What is wrong with an event, if anything is.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn check(&self, event: &Value) -> Result<(), String> {
        self.schemas.validate(event, self.index).map_err(|error| format!("{error:#}\n{event:#}"))
    }
}
