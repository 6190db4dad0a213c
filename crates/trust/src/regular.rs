//! Files that somebody names: regular ones alone, and no more of them than is wanted. A FIFO would
//! be waited for, a device read without end.

use std::fs::File;
use std::io;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Whether a link is gone after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// To the file that it names.
    Followed,
    /// It is refused.
    Refused,
}

/// Opens a regular file.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is none; the disk's own.
pub fn open(path: &Path, links: Links) -> io::Result<File> {
    let mut flags = OFlags::NONBLOCK;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    let file = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not an ordinary file"))
    }
}

/// All of a regular file of at most `most` bytes.
///
/// # Errors
/// As [`open`]; [`io::ErrorKind::FileTooLarge`].
pub fn read(path: &Path, links: Links, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, links)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let words = format!("larger than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_a_fifo_and_a_folder_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        for path in [Path::new("/dev/zero"), &fifo, folder.path()] {
            assert_eq!(
                read(path, Links::Followed, 10).unwrap_err().kind(),
                io::ErrorKind::InvalidInput,
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn no_more_is_read_than_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, [7; 10]).unwrap();
        assert_eq!(read(&file, Links::Followed, 10).unwrap().len(), 10);
        assert_eq!(read(&file, Links::Followed, 9).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(open(&link, Links::Followed).is_ok());
        assert!(open(&link, Links::Refused).is_err());
    }
}
