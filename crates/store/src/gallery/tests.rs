use super::*;

const NOW: i64 = 1_800_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn template(values: &[f32]) -> Template {
    Template { model: [7; 8], values: values.iter().copied().collect() }
}

fn person(number: &str, values: &[f32]) -> Person {
    Person {
        about: About {
            number: number.to_owned(),
            last_name: "ERIKSSON".to_owned(),
            first_name: "ANNA MARIA".to_owned(),
            patronymic: None,
            enrolled_at: at(NOW),
            expires_at: Some(at(NOW + 1000)),
            origin: Origin::Pictures,
            consent: None,
        },
        template: template(values),
        parts: vec![template(values), template(values)],
        pictures: vec![b"a picture of a face ".repeat(400)],
    }
}

fn opened() -> (tempfile::TempDir, Gallery) {
    let state = tempfile::tempdir().unwrap();
    let gallery = Gallery::open(state.path()).unwrap();
    (state, gallery)
}

/// Whether the bytes are anywhere in the state folder's files.
fn anywhere(state: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(state).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[test]
fn a_person_is_found_until_the_time_is_over_and_again_after_a_restart() {
    let (state, mut gallery) = opened();
    gallery.enrol(&person("900101300007", &[1.0, 0.0]), false).unwrap();
    drop(gallery);
    let mut gallery = Gallery::open(state.path()).unwrap();
    let (about, face) = gallery.find("900101300007", at(NOW + 999)).unwrap().unwrap();
    assert_eq!((about.last_name.as_str(), face), ("ERIKSSON", template(&[1.0, 0.0])));
    assert_eq!(gallery.find("900101300008", at(NOW)).unwrap(), None);
    assert_eq!(gallery.find("900101300007", at(NOW + 1000)).unwrap(), None);
    assert_eq!(gallery.export("900101300007").unwrap(), Some(person("900101300007", &[1.0, 0.0])));
    assert_eq!(gallery.about_number("900101300007").unwrap(), Some(about));
    assert_eq!(gallery.about_number("900101300008").unwrap(), None);
    assert_eq!(gallery.remove_expired(at(NOW + 999)).unwrap(), 0);
    assert_eq!(gallery.remove_expired(at(NOW + 1000)).unwrap(), 1);
    assert_eq!((gallery.count().unwrap(), gallery.export("900101300007").unwrap()), (0, None));
}

#[test]
fn a_number_is_enrolled_once_unless_it_is_replaced() {
    let (_state, mut gallery) = opened();
    gallery.enrol(&person("1", &[1.0, 0.0]), false).unwrap();
    assert!(matches!(gallery.enrol(&person("1", &[0.0, 1.0]), false), Err(GalleryError::Exists)));
    assert_eq!(gallery.find("1", at(NOW)).unwrap().unwrap().1, template(&[1.0, 0.0]));
    gallery.enrol(&person("1", &[0.0, 1.0]), true).unwrap();
    assert_eq!(gallery.find("1", at(NOW)).unwrap().unwrap().1, template(&[0.0, 1.0]));
    assert_eq!(gallery.count().unwrap(), 1);
}

#[test]
fn nothing_can_be_read_from_the_files() {
    let (state, mut gallery) = opened();
    let anna = person("900101300007", &[1.0, 0.5]);
    gallery.enrol(&anna, false).unwrap();
    let packed = postcard::to_stdvec(&anna.template).unwrap();
    for plain in [&b"900101300007"[..], b"ERIKSSON", b"a picture of a face", &packed] {
        assert!(!anywhere(state.path(), plain));
    }
}

#[test]
fn what_is_removed_is_in_no_file_any_more() {
    let (state, mut gallery) = opened();
    for number in ["1", "2", "3"] {
        gallery.enrol(&person(number, &[1.0, 0.5]), false).unwrap();
    }
    let sealed_of = |gallery: &Gallery, number: &str| -> Vec<Vec<u8>> {
        let name = gallery.name(number);
        let of_person = "SELECT about, template, parts, id FROM person WHERE number = ?1";
        let (mut all, id) = gallery
            .connection
            .query_row(of_person, [&name], |row| {
                Ok((vec![row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?))
            })
            .unwrap();
        all.extend(gallery.pictures(id).unwrap());
        all.push(name);
        all
    };
    // A picture fills several pages; each page's part is looked for.
    let pieces = |sealed: Vec<Vec<u8>>| -> Vec<Vec<u8>> {
        sealed.iter().flat_map(|one| one.chunks(32).filter(|c| c.len() >= 16).map(<[u8]>::to_vec)).collect()
    };
    let (removed, replaced) = (pieces(sealed_of(&gallery, "2")), pieces(sealed_of(&gallery, "3")));
    let there = |pieces: &[Vec<u8>]| pieces.iter().filter(|piece| anywhere(state.path(), piece)).count();
    // Pieces that lie across two pages are not found as a whole.
    assert!(there(&removed) > removed.len() / 2 && there(&replaced) > replaced.len() / 2);
    assert!(gallery.remove("2").unwrap());
    assert_eq!(there(&removed), 0);
    gallery.enrol(&person("3", &[0.0, 1.0]), true).unwrap();
    // The number's hash, the last piece, is the same as before.
    assert_eq!(there(&replaced[..replaced.len() - 1]), 0);
    assert!(!gallery.remove("2").unwrap());
    assert_eq!(gallery.export("1").unwrap(), Some(person("1", &[1.0, 0.5])), "the others are untouched");
}

#[test]
fn a_search_finds_those_who_look_alike_and_sees_what_others_change() {
    let (state, mut gallery) = opened();
    let none = gallery.search(&template(&[1.0, 0.0]), 0.5, 5, at(NOW)).unwrap();
    assert_eq!((none.people.len(), none.compared), (0, 0));
    gallery.enrol(&person("1", &[1.0, 0.0]), false).unwrap();
    gallery.enrol(&person("2", &[0.0, 1.0]), false).unwrap();
    let numbers = |found: &Found| -> Vec<String> {
        found.people.iter().map(|similar| similar.about.number.clone()).collect()
    };
    let found = gallery.search(&template(&[0.8, 0.6]), 0.5, 5, at(NOW)).unwrap();
    assert_eq!((numbers(&found), found.compared), (vec!["1".to_owned(), "2".to_owned()], 2));
    assert!((found.people[0].similarity - 0.8).abs() < 1e-5);
    let mut other = Gallery::open(state.path()).unwrap();
    assert!(other.remove("1").unwrap());
    let found = gallery.search(&template(&[0.8, 0.6]), 0.5, 5, at(NOW)).unwrap();
    assert_eq!((numbers(&found), found.compared), (vec!["2".to_owned()], 1));
    let later = gallery.search(&template(&[0.8, 0.6]), 0.5, 5, at(NOW + 1000)).unwrap();
    assert_eq!((numbers(&later).len(), gallery.count().unwrap()), (0, 0), "its time is over");
}

#[test]
fn entries_of_another_model_are_counted_and_not_compared() {
    let (_state, mut gallery) = opened();
    gallery.enrol(&person("1", &[1.0, 0.0]), false).unwrap();
    let probe = Template { model: [8; 8], ..template(&[1.0, 0.0]) };
    let found = gallery.search(&probe, -1.0, 5, at(NOW)).unwrap();
    assert_eq!((found.people.len(), found.compared, found.of_other_models), (0, 0, 1));
    assert_eq!(gallery.search(&template(&[1.0, 0.0]), -1.0, 5, at(NOW)).unwrap().compared, 1);
    let broken = gallery.search(&template(&[0.0, 0.0]), -1.0, 5, at(NOW));
    assert!(matches!(broken, Err(GalleryError::Probe(IndexError::Unsound))), "{broken:?}");
}

#[test]
fn an_entry_that_cannot_be_is_refused_and_a_moved_part_is_noticed() {
    let (_state, mut gallery) = opened();
    let bare = Person { parts: Vec::new(), ..person("1", &[1.0]) };
    let many = Person { parts: vec![template(&[1.0]); MAX_PARTS + 1], ..person("1", &[1.0]) };
    let album = Person { pictures: vec![Vec::new(); MAX_PARTS + 1], ..person("1", &[1.0]) };
    let mixed = Person { template: Template { model: [8; 8], ..template(&[1.0]) }, ..person("1", &[1.0]) };
    for wrong in [bare, many, album, mixed] {
        assert!(matches!(gallery.enrol(&wrong, false), Err(GalleryError::Parts)));
    }
    gallery.enrol(&person("1", &[1.0, 0.0]), false).unwrap();
    gallery.enrol(&person("2", &[0.0, 1.0]), false).unwrap();
    // Somebody gives one person the other's face.
    let swap = "UPDATE person SET template = (SELECT template FROM person WHERE id = 2) WHERE id = 1";
    gallery.connection.execute(swap, []).unwrap();
    assert!(matches!(gallery.find("1", at(NOW)), Err(SealedStoreError::Sealed)));
    assert!(gallery.find("2", at(NOW)).unwrap().is_some());
}

#[test]
fn a_lost_key_is_named_and_no_new_one_is_made() {
    let (state, mut gallery) = opened();
    gallery.enrol(&person("1", &[1.0]), false).unwrap();
    drop(gallery);
    std::fs::remove_file(state.path().join(GALLERY_KEY_FILE)).unwrap();
    let lost = Gallery::open(state.path()).err().unwrap();
    assert!(lost.to_string().contains("gallery.key"), "{lost}");
    assert!(!state.path().join(GALLERY_KEY_FILE).exists());
}
