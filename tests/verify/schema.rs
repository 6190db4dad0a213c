//! A validator for the part of JSON Schema 2020-12 that docs/result.schema.json
//! uses. A keyword or pattern it doesn't know fails the test, so that nothing in
//! the schema goes unchecked. (The full validators bring a hundred crates.)

use serde_json::Value;

pub struct Schema(Value);

impl Schema {
    pub fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/result.schema.json");
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// The faults of `value`; empty when it is valid.
    pub fn faults(&self, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(&self.0, value, "", &mut faults);
        faults
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let Value::Object(keywords) = schema else {
            if schema == &Value::Bool(false) {
                faults.push(format!("{at}: must not be there"));
            }
            return;
        };
        for (keyword, wanted) in keywords {
            let valid = match keyword.as_str() {
                "$schema" | "$id" | "$defs" | "title" | "description" => true,
                "type" => match wanted {
                    Value::Array(any) => any.iter().any(|kind| is_a(value, kind)),
                    one => is_a(value, one),
                },
                "const" => value == wanted,
                "enum" => wanted.as_array().unwrap().contains(value),
                "pattern" => value.as_str().is_none_or(|text| matches(wanted, text)),
                "format" => value.as_str().is_none_or(|text| has_format(wanted, text)),
                "minLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 >= wanted.as_u64().unwrap())
                }
                "maxLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 <= wanted.as_u64().unwrap())
                }
                "maxItems" => {
                    value.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap())
                }
                "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
                "required" => {
                    for key in wanted.as_array().unwrap() {
                        if value.get(key.as_str().unwrap()).is_none() {
                            faults.push(format!("{at}: lacks {key}"));
                        }
                    }
                    true
                }
                "properties" => {
                    for (key, schema) in wanted.as_object().unwrap() {
                        if let Some(value) = value.get(key) {
                            self.check(schema, value, &format!("{at}/{key}"), faults);
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    assert_eq!(wanted, &Value::Bool(false));
                    let known = keywords["properties"].as_object().unwrap();
                    for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
                        if !known.contains_key(key) {
                            faults.push(format!("{at}: {key} is not in the schema"));
                        }
                    }
                    true
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}/{index}"), faults);
                    }
                    true
                }
                "$ref" => {
                    let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.0.pointer(pointer).unwrap(), value, at, faults);
                    true
                }
                "if" => {
                    let mut unmet = Vec::new();
                    self.check(wanted, value, at, &mut unmet);
                    let branch = if unmet.is_empty() { "then" } else { "else" };
                    self.check(&keywords[branch], value, at, faults);
                    true
                }
                "then" | "else" => true,
                unknown => panic!("the test's validator doesn't know `{unknown}`"),
            };
            if !valid {
                faults.push(format!("{at}: {value} breaks {keyword} {wanted}"));
            }
        }
    }
}

fn is_a(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    }
}

fn matches(pattern: &Value, text: &str) -> bool {
    let url = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    match pattern.as_str().unwrap() {
        "^[A-Za-z0-9_-]{1,64}$" => url(text) && (1..=64).contains(&text.len()),
        "^[A-Za-z0-9_-]+$" => url(text) && !text.is_empty(),
        "^[A-Za-z0-9_-]{43}$" => url(text) && text.len() == 43,
        "^[0-9a-f]{64}$" => {
            text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        }
        "^(NOT_COMPARED|-?[01][.][0-9]{4})$" => {
            text == "NOT_COMPARED"
                || text.strip_prefix('-').unwrap_or(text).split_once('.').is_some_and(|(whole, part)| {
                    ["0", "1"].contains(&whole) && part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit())
                })
        }
        other => panic!("unknown pattern {other}"),
    }
}

fn has_format(format: &Value, text: &str) -> bool {
    match format.as_str().unwrap() {
        "date-time" => text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z') && text.len() == 24,
        "uuid" => text.parse::<uuid::Uuid>().is_ok(),
        other => panic!("unknown format {other}"),
    }
}
