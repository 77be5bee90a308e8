//! `cargo xtask dev`: Vite's live reload in front of a running Hearth.

use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{npm, run, say, scratch};
use crate::{build, packages};

/// Where the development server listens; `ui/vite.config.ts` sends /api there.
const ADDRESS: &str = "127.0.0.1:4327";

/// Starts Hearth on data of its own, then Vite in front of it. What was typed goes to Vite.
pub(crate) fn dev(arguments: &[String]) -> Result<()> {
    let hearth = build::hearth()?;
    packages::install("ui")?;
    let data = scratch("dev-data")?;
    let mut command = Command::new(hearth);
    command.args(["serve", "--listen", ADDRESS, "--data"]).arg(&data);
    let mut server = Server(command.spawn().context("starting hearth")?);
    server.wait_until_it_listens()?;
    say(&format!("Hearth keeps its development data in {}", data.display()));
    let mut vite = npm("ui", &["run", "dev", "--"]);
    run(vite.args(arguments).env("HEARTH_URL", format!("http://{ADDRESS}")))
}

/// A Hearth that ends with this process.
struct Server(Child);

impl Server {
    fn wait_until_it_listens(&mut self) -> Result<()> {
        let address: SocketAddr = ADDRESS.parse().expect("the address is written above");
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            if let Some(status) = self.0.try_wait()? {
                bail!("hearth ended before it listened ({status})");
            }
            if Instant::now() > deadline {
                bail!("hearth does not listen on {ADDRESS} after 30 s");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ctrl-C reached it too; this is for the case that Vite ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
