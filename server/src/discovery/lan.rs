//! Whether teammates are let in, and on which networks.

use super::{
    Discovery, Standing, interfaces,
    interfaces::{Choice, Kind},
    store,
};
use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    config::Config,
    directory::{Directory, LanAccess, NetworkSettings},
    error::AppError,
    journal::Audience,
    permission::{Action, Relation},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
};

/// What is to change. The inner `None` of the interfaces leaves the choice to Hearth.
#[derive(Clone, Default, Debug)]
pub struct NetworkPatch {
    pub lan: Option<LanAccess>,
    pub interfaces: Option<Option<BTreeSet<String>>>,
}

/// Which interfaces are used: those that the configuration names, or an admin, or every real one.
#[must_use]
pub fn choice(config: &Config, directory: &Directory) -> Choice {
    let named = config.interfaces.clone().or_else(|| directory.network.interfaces.clone());
    named.map_or(Choice::Automatic, Choice::Named)
}

/// Whether teammates are let in: there is an owner, and the hub was told so, by its owner or by an
/// explicit address.
#[must_use]
pub fn is_open(directory: &Directory, standing: &Standing) -> bool {
    let told = match standing.fixed {
        Some(asked) => !asked.is_loopback(),
        None => directory.network.lan == LanAccess::Open,
    };
    told && directory.settings.is_some()
}

/// The addresses at which teammates reach the hub once it is open, the best one first.
#[must_use]
pub fn lan_addresses(config: &Config, directory: &Directory, standing: &Standing) -> Vec<Ipv4Addr> {
    let ranked = || interfaces::ranked(&standing.interfaces, &choice(config, directory));
    match standing.fixed {
        None => ranked(),
        Some(asked) if asked.is_unspecified() => ranked(),
        Some(IpAddr::V4(asked)) if !asked.is_loopback() => vec![asked],
        Some(_) => Vec::new(),
    }
}

/// The names of the interfaces that have these addresses.
pub(super) fn names_of(standing: &Standing, addresses: &[Ipv4Addr]) -> BTreeSet<String> {
    let has = |interface: &&interfaces::Interface| interface.addresses.iter().any(|each| addresses.contains(each));
    standing.interfaces.iter().filter(has).map(|interface| interface.name.clone()).collect()
}

/// Lets teammates in or no longer, or chooses the interfaces.
///
/// # Errors
/// `forbidden`; `validation` for an interface that this computer does not have; `fixed_by_configuration`
/// where the command line or a file has the last word.
pub async fn let_in(app: &App, actor: &Actor, patch: NetworkPatch) -> Result<NetworkSettings, AppError> {
    use crate::error::Code::FixedByConfiguration;
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let fixed = (patch.lan.is_some() && app.discovery.look(|standing| standing.fixed.is_some()))
        || (patch.interfaces.is_some() && app.config.interfaces.is_some());
    if let Some(Some(names)) = &patch.interfaces {
        check(&app.discovery, &app.journal.directory(), names)?;
    }
    if fixed {
        return Err(AppError::new(FixedByConfiguration));
    }
    let actor = actor.clone();
    let user = actor.user;
    let network = app
        .journal
        .commit(move |draft| {
            actor.still(draft.directory)?.require(Action::ManageNetwork, Relation::NONE)?;
            let mut network = draft.directory.network.clone();
            network.lan = patch.lan.unwrap_or(network.lan);
            if let Some(interfaces) = &patch.interfaces {
                network.interfaces.clone_from(interfaces);
            }
            draft.event(Audience::Person(actor.user), "network.updated", None, &json!({ "network": network }), None)?;
            if network != draft.directory.network {
                audit::note(draft, Act::NetworkChanged, By::from(&actor), None, network.lan.word());
            }
            store::put(draft, network.clone());
            Ok(network)
        })
        .await?;
    tracing::info!(user.id = %user, lan = ?network.lan, interfaces = ?network.interfaces, "who is let in was changed");
    app.discovery.wake();
    Ok(network)
}

/// An interface can be chosen while it is there, and kept while it is away.
fn check(discovery: &Discovery, directory: &Directory, names: &BTreeSet<String>) -> Result<(), AppError> {
    if names.is_empty() {
        return Err(AppError::field("interfaces", "is empty"));
    }
    let kept = directory.network.interfaces.clone().unwrap_or_default();
    let known = |name: &String| {
        kept.contains(name)
            || discovery.look(|standing| {
                standing.interfaces.iter().any(|each| each.name == *name && each.kind != Kind::Loopback)
            })
    };
    if names.iter().all(known) {
        Ok(())
    } else {
        Err(AppError::field("interfaces", "has a name that is not an interface of this computer"))
    }
}
