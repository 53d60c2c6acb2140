//! A row that was read.

use std::ops::Range;

use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use diesel::{QueryResult, deserialize};

use super::dialect::Dialect;
use super::value::{Readable, Value};

/// The values of a row, taken from its driver.
#[derive(Debug)]
pub(crate) struct Values(Vec<Value<'static>>);

impl Values {
    /// Takes them out of a row of a driver.
    pub(super) fn of<'a, DB: Readable>(row: &impl Row<'a, DB>) -> QueryResult<Self> {
        let value = |place| {
            let field = row.get(place).ok_or(diesel::result::UnexpectedEndOfRow)?;
            field.value().map_or(Ok(Value::Null), DB::value)
        };
        let values = (0..row.field_count()).map(value).collect::<deserialize::Result<_>>();
        values.map(Self).map_err(diesel::result::Error::DeserializationError)
    }
}

impl RowSealed for Values {}

impl RowIndex<usize> for Values {
    fn idx(&self, place: usize) -> Option<usize> {
        (place < self.0.len()).then_some(place)
    }
}

/// Columns are found by their place alone.
impl RowIndex<&str> for Values {
    fn idx(&self, _: &str) -> Option<usize> {
        None
    }
}

impl<'a> Row<'a, Dialect> for Values {
    type Field<'f>
        = Column<'f>
    where
        'a: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Column<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        self.0.get(self.idx(index)?).map(Column)
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

/// A value of a row.
#[derive(Debug)]
pub(crate) struct Column<'f>(&'f Value<'static>);

impl<'f> Field<'f, Dialect> for Column<'f> {
    fn field_name(&self) -> Option<&str> {
        None
    }

    fn value(&self) -> Option<&Value<'static>> {
        (!matches!(self.0, Value::Null)).then_some(self.0)
    }
}
