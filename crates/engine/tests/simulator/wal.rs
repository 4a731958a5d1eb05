//! A bug to be planted in the disk: a page of the write-ahead log that was half written passes for whole, because its checksums fit.

const HEADER: usize = 32;
const FRAME: usize = 24;
const PAGE: usize = 4096;

/// Halves the last page of a table that is whole in the log, and makes all checksums right again.
pub fn tear(log: &mut [u8]) {
    let frames = log.len().saturating_sub(HEADER) / (FRAME + PAGE);
    let start = |frame: usize| HEADER + frame * (FRAME + PAGE);
    // The first byte of a leaf of a table.
    let is_leaf = |frame: &usize| log[start(*frame) + FRAME] == 0x0d;
    let valid = valid_frames(log, frames);
    let Some(torn) = (0..valid).rev().find(is_leaf) else { return };
    let half = start(torn) + FRAME + PAGE / 2;
    log[half..start(torn + 1)].fill(0);
    seal(log, valid);
}

fn word(log: &[u8], at: usize, big: bool) -> u32 {
    let bytes = [log[at], log[at + 1], log[at + 2], log[at + 3]];
    if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

/// The checksum of SQLite's log over some bytes, going on from another.
fn sum(log: &[u8], from: usize, to: usize, so_far: (u32, u32)) -> (u32, u32) {
    let big = log[3] & 1 == 1;
    (from..to).step_by(8).fold(so_far, |(one, two), at| {
        let one = one.wrapping_add(word(log, at, big)).wrapping_add(two);
        (one, two.wrapping_add(word(log, at + 4, big)).wrapping_add(one))
    })
}

fn sum_of_frame(log: &[u8], frame: usize, so_far: (u32, u32)) -> (u32, u32) {
    let at = HEADER + frame * (FRAME + PAGE);
    sum(log, at + FRAME, at + FRAME + PAGE, sum(log, at, at + 8, so_far))
}

fn first(log: &[u8]) -> (u32, u32) {
    (word(log, 24, true), word(log, 28, true))
}

/// How many frames fit the chain of checksums, up to the last that ends a transaction.
fn valid_frames(log: &[u8], frames: usize) -> usize {
    let (mut so_far, mut whole) = (if frames > 0 { first(log) } else { (0, 0) }, 0);
    for frame in 0..frames {
        let at = HEADER + frame * (FRAME + PAGE);
        so_far = sum_of_frame(log, frame, so_far);
        let said = (word(log, at + 16, true), word(log, at + 20, true));
        if so_far != said || log[at + 8..at + 16] != log[16..24] {
            break;
        }
        if word(log, at + 4, true) > 0 {
            whole = frame + 1;
        }
    }
    whole
}

fn seal(log: &mut [u8], frames: usize) {
    let mut so_far = first(log);
    for frame in 0..frames {
        so_far = sum_of_frame(log, frame, so_far);
        let at = HEADER + frame * (FRAME + PAGE) + 16;
        log[at..at + 4].copy_from_slice(&so_far.0.to_be_bytes());
        log[at + 4..at + 8].copy_from_slice(&so_far.1.to_be_bytes());
    }
}
