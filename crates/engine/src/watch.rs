//! Waiting until the files of an atlas change, as `check --watch` does. It looks several times a second and compares what
//! the files hold: that is right for editors that write another file and rename it, for network drives, and for a folder
//! that goes and comes back, where a system's own notices are not.

use std::path::PathBuf;
use std::time::Duration;

use mapcase_map::AtlasFile;

use crate::files::read_atlas_files;

/// How long it does not look. Reading an atlas of a hundred maps takes a few milliseconds.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);
/// How long the files must stand still before a change counts as over.
const STILL: Duration = Duration::from_millis(60);

/// What a look at some atlas folders saw: the files of each, or why they could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen(Vec<Result<Vec<AtlasFile>, String>>);

/// Looks at the folders.
pub fn look(folders: &[PathBuf]) -> Seen {
    Seen(folders.iter().map(|folder| read_atlas_files(folder).map_err(|error| error.to_string())).collect())
}

/// Waits until the folders hold something else than `before` and stand still again.
pub fn until_changed(folders: &[PathBuf], before: &Seen) -> Seen {
    loop {
        wait(BETWEEN_LOOKS);
        let mut seen = look(folders);
        if seen == *before {
            continue;
        }
        loop {
            wait(STILL);
            let again = look(folders);
            if again == seen {
                break;
            }
            seen = again;
        }
        if seen != *before {
            return seen;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "nothing of a case hangs on this wait: it only spares the machine")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}
