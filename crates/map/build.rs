//! Gives the checker's own code a name: a compiled atlas is taken only by the very checker that made it.
#![allow(clippy::disallowed_methods, reason = "a build script reads what is built")]

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let mut hash = DefaultHasher::new();
    add(Path::new("src"), &mut hash)?;
    // Which versions of other crates it is built with; not there where the crate is built alone.
    for file in ["Cargo.toml", "../../Cargo.lock"] {
        if Path::new(file).is_file() {
            add(Path::new(file), &mut hash)?;
        }
    }
    let named = "cargo:rustc-env=MAPCASE_CHECKER";
    io::Write::write_all(&mut io::stdout(), format!("{named}={:016x}\n", hash.finish()).as_bytes())
}

/// Adds a file, or a folder in the order of its names.
fn add(path: &Path, hash: &mut DefaultHasher) -> io::Result<()> {
    io::Write::write_all(&mut io::stdout(), format!("cargo:rerun-if-changed={}\n", path.display()).as_bytes())?;
    if path.is_dir() {
        let mut entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hash));
    }
    hash.write(path.to_string_lossy().as_bytes());
    let bytes = std::fs::read(path)?;
    hash.write_usize(bytes.len());
    hash.write(&bytes);
    Ok(())
}
