//! The grid: cells for shapes, and between them the lines on which lines may run. Upright lines are channels (between columns) and
//! columns, in turn; level lines are gutters (between rows) and rows; each lane begins and ends with a gutter of its own.

use super::Plan;

/// A level line of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Between rows.
    Gutter,
    /// A row of cells.
    Row(usize),
}

/// The grid with its items.
#[derive(Debug)]
pub(super) struct Grid {
    /// How many columns there are.
    pub(super) columns: usize,
    /// The level lines, from top to bottom.
    pub(super) levels: Vec<Level>,
    /// Where each row stands among the levels.
    pub(super) level_of_row: Vec<usize>,
    /// The first and the last level of each lane.
    pub(super) lanes: Vec<(usize, usize)>,
    /// The column of each item.
    pub(super) column: Vec<usize>,
    /// The row of each item.
    pub(super) row: Vec<usize>,
    /// The items of each row, from left to right, by column.
    pub(super) in_row: Vec<Vec<(usize, usize)>>,
    /// The items of each column, from top to bottom, by row.
    pub(super) in_column: Vec<Vec<(usize, usize)>>,
}

impl Grid {
    /// The grid of items whose columns and rows are known. Rows are counted over all lanes; each lane has one at least.
    pub(super) fn new(plan: &Plan, column: Vec<usize>, rows: super::rows::Rows) -> Self {
        let columns = column.iter().max().map_or(1, |last| last + 1);
        let (mut levels, mut level_of_row, mut lanes) = (Vec::new(), Vec::new(), Vec::new());
        for count in &rows.of_lane {
            let first = levels.len();
            levels.push(Level::Gutter);
            for _ in 0..*count {
                let row = level_of_row.len();
                level_of_row.push(levels.len());
                levels.push(Level::Row(row));
                levels.push(Level::Gutter);
            }
            lanes.push((first, levels.len() - 1));
        }
        let mut in_row = vec![Vec::new(); level_of_row.len()];
        let mut in_column = vec![Vec::new(); columns];
        for item in 0..plan.items.len() {
            in_row[rows.row[item]].push((column[item], item));
            in_column[column[item]].push((rows.row[item], item));
        }
        in_row.iter_mut().for_each(|cells| cells.sort_unstable());
        in_column.iter_mut().for_each(|cells| cells.sort_unstable());
        Self { columns, levels, level_of_row, lanes, column, row: rows.row, in_row, in_column }
    }

    /// How many upright lines there are.
    pub(super) fn uprights(&self) -> usize {
        2 * self.columns + 1
    }

    /// The upright line of an item's column.
    pub(super) fn upright_of(&self, item: usize) -> usize {
        2 * self.column[item] + 1
    }

    /// The level line of an item's row.
    pub(super) fn level_of(&self, item: usize) -> usize {
        self.level_of_row[self.row[item]]
    }

    /// The row of a level line, where it is one.
    pub(super) fn row_at(&self, level: usize) -> Option<usize> {
        match self.levels[level] {
            Level::Row(row) => Some(row),
            Level::Gutter => None,
        }
    }

    /// The item in a cell.
    pub(super) fn at(&self, column: usize, row: usize) -> Option<usize> {
        let cells = &self.in_row[row];
        cells.binary_search_by_key(&column, |cell| cell.0).ok().map(|at| cells[at].1)
    }

    /// The first item of a row at a column or right of it.
    pub(super) fn next_right(&self, row: usize, column: usize) -> Option<usize> {
        let cells = &self.in_row[row];
        cells.get(cells.partition_point(|cell| cell.0 < column)).map(|cell| cell.1)
    }

    /// The first item of a column at a row or below it.
    pub(super) fn next_below(&self, column: usize, row: usize) -> Option<usize> {
        let cells = &self.in_column[column];
        cells.get(cells.partition_point(|cell| cell.0 < row)).map(|cell| cell.1)
    }

    /// The last item of a column above a row.
    pub(super) fn next_above(&self, column: usize, row: usize) -> Option<usize> {
        let cells = &self.in_column[column];
        cells.partition_point(|cell| cell.0 < row).checked_sub(1).map(|at| cells[at].1)
    }

    /// The first row that begins below a level line.
    pub(super) fn row_below(&self, level: usize) -> usize {
        self.level_of_row.partition_point(|at| *at <= level)
    }
}
