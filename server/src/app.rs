//! What every part of the server is handed: store, clock, mailer, files, settings.

use crate::clock::Clock;
use crate::config::Settings;
use crate::error::Error;
use crate::intake::Intake;
use crate::limit::Limits;
use crate::mail::Mailer;
use crate::secret::Secrets;
use crate::store::{Db, DistrictRecord};
use jiff::Timestamp;
use object_store::ObjectStore;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use tokio::sync::{Semaphore, watch};

pub struct App {
    pub settings: Settings,
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub secrets: Secrets,
    pub mailer: Mailer,
    pub files: Box<dyn ObjectStore>,
    pub intake: Intake,
    pub limits: Limits,
    /// Moves whenever live consoles may have something to fetch, or a job was enqueued.
    pub events: watch::Sender<u64>,
    /// Turns true when the server stops.
    stopping: watch::Sender<bool>,
    /// Passwords checked at the same time: each takes 19 MB for a while.
    pub password_slots: Semaphore,
    /// Pictures decoded at the same time: each may take a hundred megabytes.
    pub picture_slots: Semaphore,
    /// Made-up inquiries are being loaded: their senders do not exist, so nobody is mailed.
    quiet: AtomicBool,
    public_url: String,
    districts: RwLock<Districts>,
}

#[derive(Default)]
struct Districts {
    revision: i64,
    by_slug: BTreeMap<String, Arc<DistrictRecord>>,
}

impl App {
    /// Opens the stores, brings the schema up to date and starts the writer. `public_url` is the base
    /// of all links, known once the listener has its port.
    ///
    /// # Errors
    /// A store cannot be opened.
    pub async fn start(settings: Settings, clock: Arc<dyn Clock>, public_url: String) -> anyhow::Result<Arc<Self>> {
        private_folder(&settings.data)?;
        let secrets =
            if settings.secrets.is_empty() { Secrets::kept_in(&settings.data)? } else { Secrets::new(&settings.secrets) };
        let db = {
            // Two processes on one folder must not migrate at once; the lock goes with the file.
            let lock = std::fs::File::create(settings.data.join("migrate.lock"))?;
            lock.lock()?;
            let db = Db::open(&settings.database_url).await?;
            db.migrate().await?;
            db
        };
        let files = open_files(&settings.files_url)?;
        let mailer = Mailer::new(&settings.mail, settings.mail_from.as_deref(), &public_url)?;
        let app = Arc::new(Self {
            intake: Intake::start(db.clone()),
            limits: Limits::new(settings.rate_limit),
            events: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
            password_slots: Semaphore::new(4),
            picture_slots: Semaphore::new(2),
            quiet: AtomicBool::new(false),
            districts: RwLock::default(),
            db,
            clock,
            secrets,
            mailer,
            files,
            public_url,
            settings,
        });
        app.refresh_districts().await?;
        Ok(app)
    }

    /// From now on this process enqueues no mail.
    pub fn hush(&self) {
        self.quiet.store(true, Ordering::Relaxed);
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Base of all links, without a slash at its end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Whether visitors come over https, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }

    /// # Errors
    /// [`Error::NotFound`] when no district has this address.
    pub fn district(&self, slug: &str) -> Result<Arc<DistrictRecord>, Error> {
        self.read_districts(|all| all.by_slug.get(slug).cloned()).ok_or(Error::NotFound)
    }

    /// # Errors
    /// [`Error::NotFound`] when there is no such district.
    pub fn district_by_id(&self, id: &str) -> Result<Arc<DistrictRecord>, Error> {
        self.read_districts(|all| all.by_slug.values().find(|d| d.id == id).cloned()).ok_or(Error::NotFound)
    }

    pub fn districts(&self) -> Vec<Arc<DistrictRecord>> {
        self.read_districts(|all| all.by_slug.values().cloned().collect())
    }

    fn read_districts<T>(&self, read: impl FnOnce(&Districts) -> T) -> T {
        read(&self.districts.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Reads the districts anew when their revision moved.
    ///
    /// # Errors
    /// The database cannot be read; what was known stays known.
    pub async fn refresh_districts(&self) -> Result<(), Error> {
        let revision = self.db.revision().await?;
        if revision == self.read_districts(|all| all.revision) { Ok(()) } else { self.read_anew(revision).await }
    }

    /// Reads all districts, changed or not: what is only counted, such as which answers settle most, makes no revision.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn recount_districts(&self) -> Result<(), Error> {
        self.read_anew(self.db.revision().await?).await
    }

    async fn read_anew(&self, revision: i64) -> Result<(), Error> {
        let mut by_slug = BTreeMap::new();
        for (slug, record) in self.db.districts(self.now().as_millisecond()).await? {
            match record {
                Ok(record) => drop(by_slug.insert(slug, Arc::new(record))),
                Err(error) => {
                    // Written by a newer version, most likely: what was known goes on, and the others are not touched.
                    tracing::error!(%error, district = slug, "a definition is not understood; `porchlight district` can put another in its place");
                    if let Ok(known) = self.district(&slug) {
                        by_slug.insert(slug, known);
                    }
                }
            }
        }
        *self.districts.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Districts { revision, by_slug };
        Ok(())
    }

    /// Wakes live consoles and the job worker, after a commit.
    pub fn wake(&self) {
        self.events.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Lets workers and live connections come to their end.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until the server stops.
    pub async fn stopped(&self) {
        // It cannot end otherwise: the sender is here.
        drop(self.stopping.subscribe().wait_for(|stopping| *stopping).await);
    }
}

/// The data folder is nobody else's to read.
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn open_files(url: &str) -> anyhow::Result<Box<dyn ObjectStore>> {
    let url = url::Url::parse(url)?;
    let folder = url.to_file_path().map_err(|()| anyhow::anyhow!("PORCHLIGHT_FILES_URL is not a folder"))?;
    std::fs::create_dir_all(&folder)?;
    Ok(Box::new(object_store::local::LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
}

/// A new id: a time-ordered UUID (RFC 9562, version 7) of the given time.
pub fn new_id(now: Timestamp) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let mut random = [0; 10];
    rand::RngCore::fill_bytes(&mut rand::rng(), &mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}
