//! The command line: settings, then one of the server's own commands.
#![forbid(unsafe_code)]

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use porchlight_server::app::{App, new_id};
use porchlight_server::clock::{Clock, SystemClock};
use porchlight_server::config::{self, Settings};
use porchlight_server::serve::{serve, told_to_stop};
use porchlight_server::store::{NewAccount, NewAudit, PutDistrict};
use porchlight_server::{demo, password};
use porchlight_shared::contact::Email;
use porchlight_shared::district::District;
use porchlight_shared::status::Role;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The porch light for a school district: takes in what families write, and gets it answered.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

/// Settings as flags; they win over PORCHLIGHT_* in the environment, which wins over porchlight.toml.
#[derive(Args, Clone)]
struct Flags {
    /// A file of settings instead of ./porchlight.toml
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Address and port to serve on; port 0 picks one and prints it
    #[arg(long, global = true)]
    listen: Option<String>,
    /// Base of all links, like https://talk.example.org
    #[arg(long, global = true)]
    public_url: Option<String>,
    /// Folder for the embedded database, files, and mail in development
    #[arg(long, global = true)]
    data: Option<String>,
    /// postgres://… instead of the embedded database
    #[arg(long, global = true)]
    database_url: Option<String>,
    /// Folder for files, instead of one in the data folder
    #[arg(long, global = true)]
    files_url: Option<String>,
    /// smtp://…, smtps://… or a folder of .eml files
    #[arg(long, global = true)]
    mail_url: Option<String>,
    /// The address that mail comes from
    #[arg(long, global = true)]
    mail_from: Option<String>,
    /// Proxies whose Forwarded header counts, like 10.0.0.0/8
    #[arg(long, global = true)]
    trusted_proxies: Option<String>,
    /// on or off
    #[arg(long, global = true)]
    rate_limit: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop (SIGTERM or Ctrl-C)
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Load the demo district and print its accounts: EMAIL PASSWORD ROLE
    Demo {
        /// Load it although the database serves another district
        #[arg(long)]
        beside_others: bool,
    },
    /// Check a district's definition file, or without one: settings, database and files store
    Check {
        /// A JSON file with a district's definition
        definition: Option<PathBuf>,
    },
    /// Add a district from its definition file, or change it; inquiries keep the forms that they answered
    District {
        /// A JSON file with a district's definition
        definition: PathBuf,
    },
    /// Accounts
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add somebody to a district; the password is read from standard input
    Add {
        district: String,
        email: String,
        name: String,
        /// administrator, observer, staff or recorder
        role: String,
    },
    /// Give somebody a new password, read from standard input, and end their sessions
    Password { email: String },
}

fn main() -> ExitCode {
    // Clap leaves with 2 on wrong usage, as the contract says.
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_new(config::log_filter()).unwrap_or_default();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let outcome = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("porchlight: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Flags {
    fn settings(&self) -> anyhow::Result<Settings> {
        let pairs = [
            ("PORCHLIGHT_LISTEN", &self.listen),
            ("PORCHLIGHT_PUBLIC_URL", &self.public_url),
            ("PORCHLIGHT_DATA", &self.data),
            ("PORCHLIGHT_DATABASE_URL", &self.database_url),
            ("PORCHLIGHT_FILES_URL", &self.files_url),
            ("PORCHLIGHT_MAIL_URL", &self.mail_url),
            ("PORCHLIGHT_MAIL_FROM", &self.mail_from),
            ("PORCHLIGHT_TRUSTED_PROXIES", &self.trusted_proxies),
            ("PORCHLIGHT_RATE_LIMIT", &self.rate_limit),
        ];
        let given = pairs.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        Ok(Settings::parse(&config::gather(given, self.config.as_deref())?)?)
    }
}

/// The base of links when none is set: what is listened on.
fn public_url(settings: &Settings, listening: std::net::SocketAddr) -> String {
    settings.public_url.clone().unwrap_or_else(|| format!("http://{listening}"))
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = cli.flags.settings()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match cli.command {
        Command::Serve => serve_until_stopped(settings, clock).await,
        Command::Migrate => {
            let url = public_url(&settings, settings.listen);
            App::start(settings, clock, url).await?.db.close().await;
            println!("the schema is up to date");
            Ok(())
        }
        Command::Demo { beside_others } => {
            let url = public_url(&settings, settings.listen);
            for login in demo::load(&settings, clock, &url, beside_others).await? {
                println!("{} {} {}", login.email, login.password, login.role.as_str());
            }
            Ok(())
        }
        Command::Check { definition: Some(path) } => {
            let (_, district) = read_definition(&path)?;
            println!("{} is good: {} topics in {} languages", path.display(), district.topics.len(), district.locales.len());
            Ok(())
        }
        Command::Check { definition: None } => {
            let url = public_url(&settings, settings.listen);
            let app = App::start(settings, clock, url).await?;
            app.db.ping().await?;
            for district in app.districts() {
                println!(
                    "{}: {} topics, {} schools",
                    district.district.slug,
                    district.district.topics.len(),
                    district.district.schools.len()
                );
            }
            println!("settings, database and files store are good");
            Ok(())
        }
        Command::District { definition } => put_district(settings, clock, &definition).await,
        Command::User(command) => user(settings, clock, command).await,
    }
}

async fn serve_until_stopped(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("PORCHLIGHT_LISTEN is `{}`, which cannot be listened on", settings.listen))?;
    let address = listener.local_addr()?;
    let url = public_url(&settings, address);
    let app = App::start(settings, clock, url.clone()).await?;
    if app.is_https() && !app.mailer.is_real() {
        tracing::error!("PORCHLIGHT_MAIL_URL is not set: mail to people goes into a folder and reaches nobody");
    }
    // Whoever started us may have stopped reading; that is no reason to fall.
    let _ = writeln!(std::io::stdout(), "listening on http://{address}\nlinks begin with {url}");
    serve(app, listener, told_to_stop()).await
}

/// Reads a definition file, or prints every problem in it.
fn read_definition(path: &Path) -> anyhow::Result<(serde_json::Value, District)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let value: serde_json::Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    match District::from_definition(&value) {
        Ok((district, _)) => Ok((value, district)),
        Err(problems) => {
            for problem in &problems {
                println!("{problem}");
            }
            bail!("{} has {} problems", path.display(), problems.len())
        }
    }
}

async fn put_district(settings: Settings, clock: Arc<dyn Clock>, path: &Path) -> anyhow::Result<()> {
    let (definition, district) = read_definition(path)?;
    let now = clock.now();
    let url = public_url(&settings, settings.listen);
    let app = App::start(settings, clock, url).await?;
    let mut tx = app.db.begin().await?;
    let put = tx.put_district(PutDistrict { definition: &definition, district: &district, by: None, at: now }).await?;
    tx.commit().await?;
    println!("{} was {}", district.slug, if put.is_new { "added" } else { "changed" });
    for (topic, version) in &put.changed_forms {
        println!("the form of {topic} is now version {version}");
    }
    println!("{}/{}", app.public_url(), district.slug);
    Ok(())
}

async fn user(settings: Settings, clock: Arc<dyn Clock>, command: UserCommand) -> anyhow::Result<()> {
    let now = clock.now();
    let url = public_url(&settings, settings.listen);
    let app = App::start(settings, clock, url).await?;
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < password::MIN {
        bail!("the password has fewer than {} characters", password::MIN);
    }
    let hash = password::hash(password)?;
    match command {
        UserCommand::Add { district, email, name, role } => {
            let record = app.district(&district).map_err(|_| anyhow::anyhow!("there is no district `{district}`"))?;
            let email = Email::parse(&email).map_err(|_| anyhow::anyhow!("`{email}` is not an e-mail address"))?;
            let role = Role::parse(&role)
                .with_context(|| format!("`{role}` is no role: use administrator, observer, staff or recorder"))?;
            let account = NewAccount {
                id: &new_id(now),
                email: email.as_str(),
                name: &name,
                password_hash: &hash,
                demo: false,
                at: now.as_millisecond(),
            };
            let mut tx = app.db.begin().await?;
            tx.insert_account(&account).await.context("the account was not added; is the address taken?")?;
            tx.set_member(&record.id, account.id, role, "").await?;
            let detail = serde_json::json!({ "account": account.id, "role": role.as_str() }).to_string();
            let entry = NewAudit { inquiry: None, account: None, action: "person_added", detail: &detail, at: now };
            tx.insert_audit(&record.id, &entry).await?;
            tx.commit().await?;
            println!("{} may log in as {}", email.as_str(), role.as_str());
        }
        UserCommand::Password { email } => {
            let account = app.db.account_by_email(&email).await?.with_context(|| format!("there is no account `{email}`"))?;
            let mut tx = app.db.begin().await?;
            tx.set_password(&account.id, &hash).await?;
            let ended = tx.delete_sessions_of(&account.id).await?;
            let detail = serde_json::json!({ "account": account.id }).to_string();
            for district in app.db.districts_of(&account.id).await? {
                let entry = NewAudit { inquiry: None, account: None, action: "password_set", detail: &detail, at: now };
                tx.insert_audit(&district, &entry).await?;
            }
            tx.commit().await?;
            println!("{email} has a new password; {ended} sessions ended");
        }
    }
    Ok(())
}
