//! The wire contract (docs/asyncapi.yaml, docs/schemas) and the code agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test shows what went wrong")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vouch_contract::messages::{
    Ack, DIGEST_LENGTH, MAX_FIRMWARE, MAX_JTI, MAX_JWS, MAX_REASON, ResultEnvelope, State, VERSION, digest,
};
use vouch_contract::topics::{Leaf, Name, Topic};

fn docs() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("docs")
}

fn schema(leaf: Leaf) -> Value {
    let path = docs().join(format!("schemas/{}.json", leaf.as_str()));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Decodes and re-encodes: what the code makes of a payload.
fn through(leaf: Leaf, payload: &Value) -> Result<Value, String> {
    let bytes = payload.to_string().into_bytes();
    let encoded = match leaf {
        Leaf::Result => ResultEnvelope::decode(&bytes).and_then(|message| message.encode()),
        Leaf::Ack => Ack::decode(&bytes).and_then(|message| message.encode()),
        Leaf::State => State::decode(&bytes).and_then(|message| message.encode()),
    };
    let encoded = encoded.map_err(|error| error.to_string())?;
    Ok(serde_json::from_slice(&encoded).unwrap())
}

#[test]
fn every_example_is_read_and_written_as_it_stands() {
    for leaf in Leaf::ALL {
        let schema = schema(leaf);
        let examples = schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty());
        for example in examples {
            assert_eq!(&through(leaf, example).unwrap(), example, "{leaf:?}");
        }
    }
}

#[test]
fn fields_and_required_fields_are_the_same() {
    let full = [
        (Leaf::Result, json!(ResultEnvelope::new("j", 1, "a.b.c"))),
        (Leaf::Ack, json!(Ack::refused("j", digest("a.b.c"), "why"))),
        (
            Leaf::State,
            json!(State {
                v: VERSION,
                online: true,
                since: jiff::Timestamp::UNIX_EPOCH,
                firmware: "0".to_owned(),
                last_seq: 0,
            }),
        ),
    ];
    for (leaf, message) in full {
        let schema = schema(leaf);
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["v"]["const"], VERSION);
        let described: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let written: BTreeSet<&String> = message.as_object().unwrap().keys().collect();
        assert_eq!(described, written, "{leaf:?}");

        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        for name in written {
            let mut lacking = message.clone();
            lacking.as_object_mut().unwrap().remove(name);
            let read = through(leaf, &lacking);
            assert_eq!(read.is_err(), required.contains(name.as_str()), "{leaf:?} {name}");
        }
        let mut more = message.clone();
        more["surplus"] = json!(0);
        assert!(through(leaf, &more).is_err());
        if leaf == Leaf::Result {
            let least = schema["properties"]["seq"]["minimum"].as_u64().unwrap();
            let mut below = message.clone();
            below["seq"] = json!(least - 1);
            assert!(through(leaf, &below).is_err());
        }
        let mut later = message.clone();
        later["v"] = json!(VERSION + 1);
        assert!(through(leaf, &later).is_err());
    }
}

#[test]
fn bounds_are_the_same() {
    let bounds = [
        (Leaf::Result, "jti", MAX_JTI),
        (Leaf::Result, "jws", MAX_JWS),
        (Leaf::Ack, "jti", MAX_JTI),
        (Leaf::Ack, "sha256", DIGEST_LENGTH),
        (Leaf::Ack, "reason", MAX_REASON),
        (Leaf::State, "firmware", MAX_FIRMWARE),
    ];
    for (leaf, field, bound) in bounds {
        let schema = schema(leaf);
        assert_eq!(schema["properties"][field]["maxLength"], json!(bound), "{leaf:?} {field}");
        let example = schema["examples"].as_array().unwrap().last().unwrap();
        let fill = |length: usize| match field {
            "jws" => format!("a.{}.c", "b".repeat(length - 4)),
            _ => "x".repeat(length),
        };
        let mut longest = example.clone();
        longest[field] = json!(fill(bound));
        assert!(through(leaf, &longest).is_ok(), "{leaf:?} {field}");
        let mut longer = example.clone();
        longer[field] = json!(fill(bound + 1));
        assert!(through(leaf, &longer).is_err(), "{leaf:?} {field}");
    }
}

#[test]
fn the_channels_are_the_topics() {
    let contract = std::fs::read_to_string(docs().join("asyncapi.yaml")).unwrap();
    let mut addresses: BTreeSet<String> = contract
        .lines()
        .filter_map(|line| line.trim().strip_prefix("address: "))
        .map(str::to_owned)
        .collect();
    for leaf in Leaf::ALL {
        let built =
            Topic { tenant: Name::new("T").unwrap(), device: Name::new("D").unwrap(), leaf }.to_string();
        let address = built.replace("/T/", "/{tenant}/").replace("/D/", "/{device}/");
        assert!(addresses.remove(&address), "{address} is not in the contract");
        let reference = format!("$ref: schemas/{}.json", leaf.as_str());
        assert!(contract.contains(&reference), "{reference}");
    }
    assert!(addresses.is_empty(), "channels the code does not know: {addresses:?}");
}
