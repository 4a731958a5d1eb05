//! Where compiled atlases are kept: files in a folder of the user's own, one for each content of an atlas's files. They are
//! a short cut and nothing else: whoever removes them loses time alone.
#![expect(clippy::disallowed_methods, reason = "the files that hold compiled atlases are read here")]

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use mapcase_map::compiled::{self, Keeper, Key};
use mapcase_map::{AtlasFile, CheckedAtlas, check};

/// So many are kept, the newest; whoever goes on with an older one checks once more.
const MOST_FILES: usize = 16;

/// An atlas's folder, as a command reads it.
pub trait Folder: Debug + Send + Sync + 'static {
    /// Why it cannot be read.
    type Error;

    /// Adds the files to the key, in their order.
    fn key(&self, key: &mut Key) -> Result<(), Self::Error>;

    /// Reads the files, in their order.
    fn files(&self) -> Result<Vec<AtlasFile>, Self::Error>;
}

/// The maps of an atlas that may run, as a check of its files gives them. In `kept_in` stands what was compiled of the very same
/// files by the very same program; what is not there yet is put there, and what is damaged is made anew. Without such a folder, or
/// with one that others can write, the files are checked each time.
///
/// # Errors
///
/// The folder of the atlas cannot be read.
pub fn usable<F: Folder>(atlas: F, kept_in: Option<&Path>) -> Result<Option<CheckedAtlas>, F::Error> {
    let Some(kept_in) = kept_in else { return Ok(check(&atlas.files()?).atlas) };
    let mut key = Key::default();
    atlas.key(&mut key)?;
    let path = kept_in.join(format!("{}.atlas", key.name()));
    let atlas = Arc::new(atlas);
    if let Some(file) = File::open(&path).ok().filter(|_| is_own(kept_in)) {
        let kept = Kept { path: path.clone(), file: Mutex::new(file), atlas: atlas.clone() };
        if let Some(atlas) = compiled::read(Box::new(kept)) {
            return Ok(Some(atlas));
        }
    }
    // Read again, and with a key of its own: a file may have changed in between.
    let files = atlas.files()?;
    let mut key = Key::default();
    files.iter().for_each(|file| key.add(&file.path, &file.bytes));
    let checked = check(&files).atlas;
    if let Some(bytes) = checked.as_ref().and_then(compiled::write) {
        // Where it cannot be kept, the next command takes as long as this one.
        let _ = keep(kept_in, &kept_in.join(format!("{}.atlas", key.name())), &bytes);
    }
    Ok(checked)
}

/// A file with a compiled atlas, and the folder that it was compiled of.
#[derive(Debug)]
struct Kept<F> {
    path: PathBuf,
    file: Mutex<File>,
    atlas: Arc<F>,
}

impl<F: Folder> Keeper for Kept<F> {
    fn bytes(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let mut file = self.file.lock().ok()?;
        // What a damaged file says of itself may be far longer than it is.
        if range.end > file.metadata().ok()?.len() {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(range.end.checked_sub(range.start)?).ok()?];
        file.seek(SeekFrom::Start(range.start)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn damaged(&self) {
        // The next command makes it anew; if it cannot be removed, that one checks as this one does.
        let _ = fs::remove_file(&self.path);
    }

    fn again(&self) -> Option<CheckedAtlas> {
        check(&self.atlas.files().ok()?).atlas
    }
}

/// Appears under its name only when it is whole.
fn keep(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    make(folder)?;
    if !is_own(folder) {
        return Ok(());
    }
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    unfinished.write_all(bytes)?;
    unfinished.persist(file)?;
    clear(folder)
}

/// Removes the oldest; also what a program that was killed left unfinished.
fn clear(folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.metadata()?.modified().unwrap_or(SystemTime::UNIX_EPOCH), entry.path()))
    });
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let most = entries.len().saturating_sub(MOST_FILES);
    entries.iter().take(most).try_for_each(|(_, path)| fs::remove_file(path))
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether nobody but this user can have written what stands in a folder.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o022;
    fs::symlink_metadata(folder).is_ok_and(|kind| {
        kind.is_dir() && kind.uid() == rustix::process::geteuid().as_raw() && kind.mode() & OTHERS_WRITE == 0
    })
}

/// On other systems the folder lies in the user's profile, which is the user's own.
#[cfg(not(unix))]
fn is_own(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|kind| kind.is_dir())
}
