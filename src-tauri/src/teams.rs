//! Teams on other computers: found, remembered, and found again after their address changed.

use hearth_server::ids::HubId;
use serde::{Deserialize, Serialize};
use std::{sync::LazyLock, time::Duration};
use tauri::Url;

/// How long a hub may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many teams are remembered.
const MOST: usize = 20;

/// A team on another computer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Team {
    /// What stays the same when the address changes.
    pub(crate) id: HubId,
    pub(crate) name: String,
    /// Where it was reached last.
    pub(crate) address: Url,
}

/// Why a team could not be opened. The page has a sentence for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TeamError {
    #[error("that is not an address")]
    NotAnAddress,
    #[error("nothing answers there")]
    NoAnswer,
    #[error("something else than Hearth answers there")]
    NotHearth,
    #[error("that team is not remembered")]
    Unknown,
}

/// Reads what a person typed as an address: `192.168.1.20`, `acme.local:4327`, a copied link.
pub(crate) fn read_address(typed: &str) -> Result<Url, TeamError> {
    let typed = typed.trim();
    let has_scheme = typed.contains("://");
    let text = if has_scheme { typed.to_owned() } else { format!("http://{typed}") };
    let mut url = Url::parse(&text).map_err(|_| TeamError::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(TeamError::NotAnAddress);
    }
    // A link may lead into the team; a bare address is the hub's usual port. The parsed port does not say: it leaves 80 out.
    let authority = typed.split(['/', '?', '#']).next().unwrap_or(typed);
    let names_port = authority.rsplit_once(':').is_some_and(|(_, end)| end.parse::<u16>().is_ok());
    if !has_scheme && !names_port {
        url.set_port(Some(hearth_server::config::DEFAULT_PORT)).map_err(|()| TeamError::NotAnAddress)?;
    }
    url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| TeamError::NotAnAddress)?;
    Ok(url)
}

#[derive(Deserialize)]
struct Answer {
    data: Hub,
}

#[derive(Deserialize)]
struct Hub {
    id: HubId,
    name: String,
}

static CLIENT: LazyLock<Option<reqwest::Client>> = LazyLock::new(|| {
    // A hub behind a proxy may be reached over TLS only. Fails when there is a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A hub that sends us elsewhere is not the one that was asked, and a proxy does not know it.
    reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy().build().ok()
});

/// Asks the hub at an address who it is.
///
/// # Errors
/// [`TeamError::NoAnswer`] and [`TeamError::NotHearth`].
pub(crate) async fn ask(address: &Url) -> Result<Team, TeamError> {
    let question = address.join("/api/v1/hub").map_err(|_| TeamError::NotAnAddress)?;
    let client = CLIENT.as_ref().ok_or(TeamError::NoAnswer)?;
    let answer = client.get(question.as_str()).send().await.map_err(|_| TeamError::NoAnswer)?;
    let answer: Answer = answer.json().await.map_err(|_| TeamError::NotHearth)?;
    let Hub { id, name } = answer.data;
    let address = address.join("/").map_err(|_| TeamError::NotAnAddress)?;
    Ok(Team { id, name, address })
}

/// Finds a team again: where it was, or else under its id among the hubs that `found` names.
///
/// # Errors
/// [`TeamError::NoAnswer`] when it is at none of these addresses.
pub(crate) async fn find_again(team: &Team, found: impl IntoIterator<Item = Url>) -> Result<Team, TeamError> {
    for address in std::iter::once(team.address.clone()).chain(found) {
        match ask(&address).await {
            Ok(now) if now.id == team.id => return Ok(now),
            // Another hub has the address now: opening it would show the wrong team.
            Ok(_) | Err(_) => {}
        }
    }
    Err(TeamError::NoAnswer)
}

/// Puts a team in front of those that are remembered.
pub(crate) fn remember(teams: &mut Vec<Team>, team: Team) {
    teams.retain(|other| other.id != team.id);
    teams.insert(0, team);
    teams.truncate(MOST);
}

#[cfg(test)]
mod tests {
    use super::{Team, TeamError, read_address, remember};
    use hearth_server::ids::HubId;

    #[test]
    fn what_people_type_becomes_an_address() {
        for (typed, address) in [
            ("192.168.1.20", "http://192.168.1.20:4327/"),
            (" acme.local:80 ", "http://acme.local/"),
            ("acme.local:4328", "http://acme.local:4328/"),
            ("https://chat.acme.example/join/abc", "https://chat.acme.example/join/abc"),
            ("http://me:secret@10.0.0.1:9/", "http://10.0.0.1:9/"),
            ("[fe80::1]:4327", "http://[fe80::1]:4327/"),
        ] {
            assert_eq!(read_address(typed).unwrap().as_str(), address, "{typed}");
        }
        for nonsense in ["", "   ", "file:///etc/passwd", "javascript://x", "http://", "a b"] {
            assert_eq!(read_address(nonsense), Err(TeamError::NotAnAddress), "{nonsense}");
        }
    }

    #[test]
    fn the_team_opened_last_comes_first_and_only_once() {
        let team = |name: &str| Team {
            id: HubId::generate(),
            name: name.to_owned(),
            address: "http://10.0.0.1:4327/".parse().unwrap(),
        };
        let (acme, other) = (team("Acme"), team("Other"));
        let mut teams = Vec::new();
        remember(&mut teams, acme.clone());
        remember(&mut teams, other.clone());
        let moved = Team { address: "http://10.0.0.9:4327/".parse().unwrap(), ..acme };
        remember(&mut teams, moved.clone());
        assert_eq!(teams, [moved, other]);
    }
}
