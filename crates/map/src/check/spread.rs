//! Marks that spread over a graph until nothing is new: up to 64 questions of the form "can this come here?" in one walk.

use std::collections::VecDeque;

/// Sets of marks, one a node, and what has yet to be passed on. Whoever walks decides over which ways marks pass.
pub(crate) struct Spread {
    marks: Vec<u64>,
    fresh: Vec<u64>,
    open: VecDeque<usize>,
    touched: Vec<usize>,
}

impl Spread {
    /// No mark anywhere.
    pub fn over(nodes: usize) -> Self {
        Self { marks: vec![0; nodes], fresh: vec![0; nodes], open: VecDeque::new(), touched: Vec::new() }
    }

    /// Marks a node.
    pub fn add(&mut self, node: usize, marks: u64) {
        let new = marks & !self.marks[node];
        if new == 0 {
            return;
        }
        if self.marks[node] == 0 {
            self.touched.push(node);
        }
        if self.fresh[node] == 0 {
            self.open.push_back(node);
        }
        self.marks[node] |= new;
        self.fresh[node] |= new;
    }

    /// A node whose new marks have yet to be passed on, with those marks. Each mark of a node is given out once.
    pub fn next(&mut self) -> Option<(usize, u64)> {
        let node = self.open.pop_front()?;
        Some((node, std::mem::take(&mut self.fresh[node])))
    }

    /// The marks of a node.
    pub fn at(&self, node: usize) -> u64 {
        self.marks[node]
    }

    /// Takes all marks away; costs what was marked.
    pub fn clear(&mut self) {
        for node in self.touched.drain(..) {
            self.marks[node] = 0;
            self.fresh[node] = 0;
        }
        self.open.clear();
    }
}
