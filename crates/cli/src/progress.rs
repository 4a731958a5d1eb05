//! A bar where a command is long and somebody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer than this many are done before anybody could read a bar.
const WORTH_A_BAR: usize = 200;

/// Runs `work` with a function that is told how much is done, of how much. The bar is drawn on a terminal's standard error.
pub fn with_bar<T>(what: &'static str, work: impl FnOnce(&mut dyn FnMut(usize, usize)) -> T) -> T {
    let mut bar: Option<ProgressBar> = None;
    let result = work(&mut |done, total| {
        if total < WORTH_A_BAR {
            return;
        }
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar
        });
        bar.set_position(done as u64);
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    result
}
