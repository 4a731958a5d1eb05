//! The diagram of a plan.

use super::Plan;
use super::xml::Xml;

/// Writes the diagram.
pub(super) fn write(_xml: &mut Xml, _plan: &Plan) {}
