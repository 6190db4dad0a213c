//! Whether a shared object is whole, before the loader maps it.
//!
//! The loader maps what the program headers promise and touches it. Of a file
//! that was cut short (a full disk, an update that broke off) it touches pages
//! that aren't there, and the kernel ends the process with SIGBUS: nobody could
//! tell why. So the promise is held against the length here.
//!
//! Offsets are those of the 64-bit structures in elf(5); both machines that
//! Vouch runs on are little endian.

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

/// Checks that every segment lies inside the file. What is no 64-bit ELF file at
/// all passes: the loader refuses it in its own words, without harm.
///
/// # Errors
/// Words that tell how much is missing.
pub fn check_whole(file: &[u8]) -> Result<(), String> {
    if !file.starts_with(MAGIC) {
        return Ok(());
    }
    let promised = end_of_segments(file).ok_or("it ends within its own header: it was cut short")?;
    let there = file.len() as u64;
    if promised > there {
        return Err(format!("{there} bytes are there of {promised} at least: it was cut short"));
    }
    Ok(())
}

/// Where the last loaded segment ends; none when the headers themselves are cut.
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
    fn this_very_program_is_whole_and_no_part_of_it_is() {
        let program = std::fs::read("/proc/self/exe").expect("Linux shows it");
        check_whole(&program).expect("it runs");
        // What comes after the segments (names, debug information) isn't loaded.
        let needed = usize::try_from(end_of_segments(&program).expect("whole")).expect("it fits");
        for length in [6, 60, 100, needed / 2, needed - 1] {
            let message = check_whole(&program[..length]).expect_err("cut short");
            assert!(message.contains("cut short"), "{length}: {message}");
        }
    }

    #[test]
    fn what_is_no_library_is_left_to_the_loader() {
        for other in [&b""[..], b"\x7fELF", b"words", &[0; 100]] {
            assert_eq!(check_whole(other), Ok(()));
        }
    }
}
