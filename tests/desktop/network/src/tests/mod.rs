//! The tests, one after the other; each has a network of its own.

mod finding;
mod letting_in;
mod names;

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::lan::{Lan, clear_leftovers, hindrance};

type Test = (&'static str, fn(&mut Lan) -> Result<()>);

const TESTS: &[Test] = &[
    ("nobody reaches a hub before its owner lets teammates in", letting_in::nobody_before_the_owner_says_so),
    ("fifty first runs at once make one owner", letting_in::fifty_first_runs_make_one_owner),
    ("a phone joins by address and by name", letting_in::a_phone_joins_by_address_and_by_name),
    ("a team that was made from the command line is let in", letting_in::a_headless_team_is_let_in),
    ("a virtual interface is used only when it is chosen", letting_in::a_virtual_interface_has_to_be_chosen),
    ("a taken port is passed over, and the other one kept", letting_in::a_taken_port_is_passed_over),
    ("a hub is found with all that it says of itself", finding::a_hub_is_found),
    ("a new address is told within 15 seconds", finding::a_new_address_is_told),
    ("a hub that stops says goodbye", finding::a_hub_says_goodbye),
    ("nothing is announced where that is switched off", finding::a_silent_hub_is_not_found),
    ("the second hub of a name gets a number, and keeps it", names::the_second_hub_gets_a_number),
    ("a new name of the team is a new name on the network", names::a_new_name_is_told),
    ("two hubs of one name on one computer are two", names::two_hubs_on_one_computer),
];

/// Runs the tests whose name contains `only`, and says of each how it went.
pub(crate) fn run(only: &str) -> Result<()> {
    clear_leftovers()?;
    if let Some(why) = hindrance() {
        println!("SKIPPED: no network can be made here: {why}");
        return Ok(());
    }
    let mut failed = Vec::new();
    let chosen: Vec<_> = TESTS.iter().filter(|(name, _)| name.contains(only)).collect();
    for (name, test) in &chosen {
        let start = Instant::now();
        let outcome = Lan::new().context("making a network").and_then(|mut lan| test(&mut lan));
        let took = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("ok      {name} ({took:.1} s)"),
            Err(error) => {
                println!("FAILED  {name} ({took:.1} s)\n{error:#}");
                failed.push(*name);
            }
        }
    }
    if failed.is_empty() {
        println!("{} tests passed", chosen.len());
        return Ok(());
    }
    bail!("{} of {} tests failed: {}", failed.len(), chosen.len(), failed.join("; "))
}
