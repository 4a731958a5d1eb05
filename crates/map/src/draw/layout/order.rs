//! The columns: layers by the longest path, once the lines that lead back are left out. A step that another role goes on with
//! stands right above or below the one it follows, in its own lane: that keeps charts short.

use super::{Beside, Plan};

/// The column of each item.
pub(super) fn columns(plan: &Plan) -> Vec<usize> {
    let ways = ways(plan);
    let (order, back) = search(plan.items.len(), &ways);
    let mut column = vec![0_usize; plan.items.len()];
    let mut led_to = vec![false; plan.items.len()];
    // Items that stand above or below what leads to them: what they lead to does not do so as well.
    let mut turned = vec![false; plan.items.len()];
    for &item in &order {
        let mut may_turn = !turned[item];
        for &(_, to) in ways[item].iter().filter(|(line, _)| !back[*line]) {
            let turns = may_turn && plan.items[to].lane != plan.items[item].lane;
            may_turn &= !turns;
            let least = column[item] + usize::from(!turns);
            if !led_to[to] || least > column[to] {
                turned[to] = turns;
            }
            column[to] = column[to].max(least);
            led_to[to] = true;
        }
    }
    // What nothing leads to stands next to what it leads to.
    for &item in order.iter().rev().filter(|item| !led_to[**item]) {
        let next = ways[item].iter().filter(|(line, _)| !back[*line]).map(|(_, to)| column[*to]).min();
        column[item] = next.map_or(column[item], |next| next.saturating_sub(1));
    }
    for (at, item) in plan.items.iter().enumerate() {
        if let Some(Beside::Above(host) | Beside::Below(host)) = item.beside {
            column[at] = column[host];
        }
    }
    column
}

/// The lines out of each item, without those to and from companions.
fn ways(plan: &Plan) -> Vec<Vec<(usize, usize)>> {
    let mut ways = vec![Vec::new(); plan.items.len()];
    for (at, line) in plan.lines.iter().enumerate() {
        let free = |item: usize| plan.items[item].beside.is_none();
        if free(line.from) && free(line.to) {
            ways[line.from].push((at, line.to));
        }
    }
    ways
}

/// Walks the graph depth first from what nothing leads to, without recursion. Gives the items so that, without the lines that lead
/// back, each stands before those to which it leads; and which lines lead back.
fn search(items: usize, ways: &[Vec<(usize, usize)>]) -> (Vec<usize>, Vec<bool>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let lines = ways.iter().flatten().map(|(line, _)| line + 1).max().unwrap_or(0);
    let (mut seen, mut back, mut done) = (vec![Seen::Not; items], vec![false; lines], Vec::with_capacity(items));
    let mut led_to = vec![false; items];
    ways.iter().flatten().for_each(|(_, to)| led_to[*to] = true);
    let roots = (0..items).filter(|item| !led_to[*item]).chain((0..items).filter(|item| led_to[*item]));
    for root in roots.collect::<Vec<_>>() {
        let mut open: Vec<(usize, usize)> = Vec::new();
        if seen[root] == Seen::Not {
            seen[root] = Seen::Open;
            open.push((root, 0));
        }
        while let Some((item, next)) = open.last_mut() {
            let Some(&(line, to)) = ways[*item].get(*next) else {
                seen[*item] = Seen::Done;
                done.push(*item);
                open.pop();
                continue;
            };
            *next += 1;
            match seen[to] {
                Seen::Open => back[line] = true,
                Seen::Done => {}
                Seen::Not => {
                    seen[to] = Seen::Open;
                    open.push((to, 0));
                }
            }
        }
    }
    done.reverse();
    (done, back)
}
