//! Checks that a shared object is whole before the loader maps it.
//!
//! The loader maps the segments listed in the program headers. If the file was cut short (a full
//! disk, an interrupted update), some of those pages don't exist, and touching them ends the
//! process with SIGBUS, without a message. So the headers are compared with the file's length
//! first.
//!
//! Offsets are those of the 64-bit structures in elf(5). Both architectures that Vouch runs on are
//! little endian.

const MAGIC: &[u8] = b"\x7fELF\x02\x01";
/// `e_phoff`, `e_phentsize`, `e_phnum` of the file header.
const TABLE_AT: usize = 0x20;
const ENTRY_SIZE_AT: usize = 0x36;
const ENTRIES_AT: usize = 0x38;
/// `p_offset`, `p_filesz` of a program header; its type comes first.
const SEGMENT_AT: usize = 0x08;
const SEGMENT_SIZE_AT: usize = 0x20;
/// `PT_LOAD`.
const LOADED: u32 = 1;

/// A library file that ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutShort {
    /// Even the headers are incomplete.
    #[error("it ends within its own header: it was cut short")]
    Header,
    /// A segment is missing, completely or in part.
    #[error("it has {present} of at least {needed} bytes: it was cut short")]
    Segments {
        /// Length of the file.
        present: u64,
        /// Where its last segment ends.
        needed: u64,
    },
}

/// Checks that every segment lies inside the file. Files that are not 64-bit ELF
/// pass: the loader refuses them safely.
///
/// # Errors
/// [`CutShort`] with what is missing.
pub fn check_whole(file: &[u8]) -> Result<(), CutShort> {
    if !file.starts_with(MAGIC) {
        return Ok(());
    }
    let needed = end_of_segments(file).ok_or(CutShort::Header)?;
    let present = file.len() as u64;
    if needed > present {
        return Err(CutShort::Segments { present, needed });
    }
    Ok(())
}

/// Where the last loaded segment ends; none if the headers are incomplete.
fn end_of_segments(file: &[u8]) -> Option<u64> {
    let table = usize::try_from(number(file, TABLE_AT)?).ok()?;
    let [size, entries] = [ENTRY_SIZE_AT, ENTRIES_AT]
        .map(|at| file.get(at..at + 2).map(|bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]]))));
    let (size, entries) = (size?, entries?);
    let mut end = 0;
    for index in 0..entries {
        let header = file.get(table.checked_add(index * size)?..)?;
        let kind = header.get(..4)?;
        if u32::from_le_bytes([kind[0], kind[1], kind[2], kind[3]]) == LOADED {
            let segment = number(header, SEGMENT_AT)?;
            end = end.max(segment.saturating_add(number(header, SEGMENT_SIZE_AT)?));
        }
    }
    Some(end)
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_program_is_whole_and_every_prefix_is_cut_short() {
        let program = std::fs::read("/proc/self/exe").expect("Linux shows it");
        check_whole(&program).expect("it runs");
        // The part after the segments (names, debug information) isn't loaded.
        let needed = usize::try_from(end_of_segments(&program).expect("whole")).expect("it fits");
        for length in [6, 60, 100, needed / 2, needed - 1] {
            let message = check_whole(&program[..length]).expect_err("cut short").to_string();
            assert!(message.contains("cut short"), "{length}: {message}");
        }
    }

    #[test]
    fn other_files_are_left_to_the_loader() {
        for other in [&b""[..], b"\x7fELF", b"words", &[0; 100]] {
            assert_eq!(check_whole(other), Ok(()));
        }
    }
}
