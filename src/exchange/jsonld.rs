//! W3C JSON-LD: every annotation that stands, in one AnnotationCollection.
//!
//! Source: W3C Web Annotation Data Model, 2017, §5 (Annotation Collection, Annotation Page).
//! Shape: the collection embeds its one page, whose items are the annotations as they are stored, each with its own context.
//! `total` comes last, so that a writer holds a slice at a time: [`Writer::header`], [`Writer::items`] for each slice,
//! [`Writer::footer`]; joined, they are one JSON document in UTF-8.

use crate::annotation::record::CONTEXT;
use crate::service::protocol::Record;
use serde_json::json;

/// Names that the standard's context lacks.
const NAMESPACE: &str = "urn:postil:ns:";

/// Writes one collection.
#[derive(Debug, Default)]
pub struct Writer {
    total: usize,
}

impl Writer {
    /// The beginning of a collection with this name; its id is a new UUID.
    pub fn header(&self, uuid: &str, label: &str) -> String {
        let id = format!("urn:uuid:{uuid}");
        let context = json!([CONTEXT, {
            "postil": NAMESPACE,
            "version": "postil:version",
            "hash": "postil:hash",
        }]);
        let (context, page, id, label) = (context, json!(format!("{id}#page")), json!(id), json!(label));
        format!(
            "{{\"@context\":{context},\"id\":{id},\"type\":\"AnnotationCollection\",\"label\":{label},\"last\":{page},\n\
             \"first\":{{\"id\":{page},\"type\":\"AnnotationPage\",\"startIndex\":0,\"items\":["
        )
    }

    /// The annotations of some records; records without one add nothing.
    ///
    /// # Errors
    /// If a number in an annotation cannot be written as JSON.
    pub fn items(&mut self, records: &[Record]) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for annotation in records.iter().filter_map(|record| record.annotation.as_ref()) {
            text.push_str(if self.total == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(annotation)?);
            self.total += 1;
        }
        Ok(text)
    }

    /// The end of the collection.
    pub fn footer(self) -> String {
        format!("\n]}},\"total\":{}}}\n", self.total)
    }

    /// How many annotations were written.
    pub fn total(&self) -> usize {
        self.total
    }
}
