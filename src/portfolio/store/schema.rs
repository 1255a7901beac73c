//! The tables and the documented views.
//!
//! `portfolio.sqlite` can be rebuilt: another version of its schema is set aside and read again. `history.sqlite` cannot:
//! its schema changes by migrations only. The views are a public contract (`docs/portfolio.md`); their columns are named
//! like those of exports, with an underscore for a hyphen.

/// The version of the cache's schema.
pub(super) const CACHE_VERSION: i64 = 10;

/// The tables and views of the cache.
pub(super) const CACHE: &str = "
CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    portfolio TEXT NOT NULL,
    client TEXT NOT NULL,
    api TEXT NOT NULL,
    contacts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    flushes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE reseller (
    id TEXT PRIMARY KEY,
    name TEXT,
    walk INTEGER NOT NULL DEFAULT 0,
    walk_started_at TEXT,
    listed_at TEXT,
    verified_at TEXT,
    total INTEGER,
    doubt TEXT,
    acquisitions_at TEXT,
    acquisitions_doubt TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    reseller_id TEXT NOT NULL,
    name TEXT,
    reference TEXT,
    status TEXT NOT NULL,
    created TEXT,
    segment TEXT,
    country TEXT,
    region TEXT,
    city TEXT,
    language TEXT,
    licence_level TEXT,
    consumables_level TEXT,
    commitment_status TEXT,
    commitment_licences INTEGER,
    commitment_consumables INTEGER,
    commitment_end TEXT,
    commitment_renewal TEXT,
    commitment_request TEXT,
    anniversary TEXT,
    tags TEXT,
    next_renewal TEXT,
    several_dates TEXT,
    auto_on INTEGER,
    auto_off INTEGER,
    seats INTEGER,
    consumables INTEGER,
    lapsing INTEGER,
    to_renew INTEGER,
    to_renew_approximate INTEGER,
    renewal_change INTEGER,
    late_renewals INTEGER,
    late_since TEXT,
    lapses TEXT,
    all_renewed INTEGER,
    scheduled INTEGER,
    walk INTEGER NOT NULL,
    listed_at TEXT NOT NULL,
    record_at TEXT,
    subscriptions_at TEXT,
    orders_at TEXT,
    orders_since TEXT,
    renewal_failed TEXT,
    changed_at TEXT,
    gone_at TEXT,
    failed_at TEXT,
    failure TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_by_reseller ON customer (reseller_id, walk);

CREATE TABLE contact (
    customer_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT,
    email TEXT,
    phone TEXT,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription (
    customer_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT,
    offer_id TEXT,
    kind TEXT NOT NULL,
    quantity INTEGER,
    used INTEGER,
    renewed INTEGER,
    status TEXT NOT NULL,
    created TEXT,
    renewal_date TEXT,
    auto_renewal INTEGER,
    renewal_quantity INTEGER,
    currency TEXT,
    deployment_id TEXT,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase (
    customer_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT,
    reference TEXT,
    kind TEXT,
    status TEXT NOT NULL,
    created TEXT,
    returnable INTEGER,
    returnable_until TEXT,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX purchase_by_id ON purchase (id);

CREATE TABLE acquisition (
    customer_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    reseller_id TEXT NOT NULL,
    reference TEXT,
    product TEXT,
    base_offer_id TEXT,
    quantity INTEGER,
    created TEXT,
    expires TEXT,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX acquisition_by_reseller ON acquisition (reseller_id);

CREATE TABLE raw (
    customer_id TEXT NOT NULL,
    part TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (customer_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE unread (
    customer_id TEXT NOT NULL,
    part TEXT NOT NULL,
    element TEXT NOT NULL,
    place TEXT NOT NULL,
    field TEXT NOT NULL,
    found TEXT NOT NULL,
    again INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer_id, part, element, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE shown_rows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    page TEXT NOT NULL UNIQUE,
    ids TEXT NOT NULL,
    total INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    reseller_id TEXT NOT NULL,
    company TEXT,
    subscription_id TEXT,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;

CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE VIEW v_customers AS SELECT
    id AS customer_id, name AS company, status AS status_code, created, reference, reseller_id, anniversary,
    segment AS market_segment, country, region, city, language, licence_level AS discount_licence,
    consumables_level AS discount_consumables, commitment_status AS '3yc_status', commitment_end AS '3yc_end',
    commitment_renewal AS '3yc_renewal',
    commitment_licences AS '3yc_licences', commitment_consumables AS '3yc_consumables', minimum AS '3yc_minimum',
    MAX(minimum - seats, 0) AS '3yc_short',
    CASE WHEN subscriptions_at IS NOT NULL THEN COALESCE(next_renewal, late_since, anniversary) END AS next_renewal,
    CASE
        WHEN subscriptions_at IS NULL THEN NULL
        WHEN next_renewal IS NOT NULL THEN 'subscription'
        WHEN late_since IS NOT NULL THEN 'late'
        WHEN anniversary IS NOT NULL THEN 'anniversary'
    END AS renewal_basis,
    COALESCE(days, CAST(JULIANDAY(late_since) - JULIANDAY(DATE('now')) AS INTEGER)) AS days_left,
    DATE(next_renewal, '-3 days') AS change_by, 3 AS change_margin_days,
    NULLIF(RTRIM(CASE WHEN late_renewals > 0 THEN 'late, ' ELSE '' END || COALESCE((
            SELECT GROUP_CONCAT(state, ', ') FROM (
                SELECT DISTINCT CASE
                    WHEN ahead < 0 THEN 'past'
                    WHEN ahead = 0 THEN 'today'
                    WHEN ahead < 3 THEN 'locked'
                    ELSE 'early'
                END AS state FROM (
                    SELECT JULIANDAY(day) - JULIANDAY(DATE('now')) AS ahead FROM (
                        SELECT JSON_EXTRACT(value, '$[0]') AS day FROM JSON_EACH(several_dates)) ORDER BY day)
                WHERE ahead <= 30)
        ), CASE
        WHEN days < 0 THEN 'past'
        WHEN days = 0 THEN 'today'
        WHEN days < 3 THEN 'locked'
        WHEN days <= 30 THEN 'early'
        WHEN days > 30 THEN 'not-due'
        WHEN all_renewed THEN 'renewed'
    END, ''), ', '), '') AS renewal_state,
    seats, consumables, lapsing AS lapsing_seats, to_renew, to_renew_approximate, renewal_change,
    late_renewals, late_since, lapses, auto_on AS auto_renewal_on, auto_off AS auto_renewal_off,
    (SELECT CASE
            WHEN COUNT(*) = 0
                THEN (SELECT 0 FROM reseller WHERE reseller.id = customer.reseller_id AND acquisitions_at IS NOT NULL)
            WHEN COUNT(*) = COUNT(quantity) THEN SUM(quantity)
        END FROM acquisition WHERE customer_id = customer.id) AS to_order,
    (SELECT MIN(DATE(expires)) FROM acquisition WHERE customer_id = customer.id) AS to_order_by,
    CASE WHEN knows_orders THEN (SELECT CASE WHEN COUNT(*) = COUNT(returnable) THEN COALESCE(SUM(returnable), 0) END
        FROM purchase WHERE customer_id = customer.id AND returnable_until >= DATE('now')) END AS returnable,
    CASE WHEN knows_orders THEN (SELECT CASE WHEN COUNT(*) = COUNT(returnable) THEN MIN(returnable_until) END
        FROM purchase WHERE customer_id = customer.id AND returnable_until >= DATE('now')) END AS returnable_until,
    (SELECT name FROM contact WHERE customer_id = customer.id AND position = 0) AS admin,
    (SELECT email FROM contact WHERE customer_id = customer.id AND position = 0) AS admin_email,
    listed_at, record_at, subscriptions_at, orders_at,
    (SELECT acquisitions_at FROM reseller WHERE reseller.id = customer.reseller_id) AS acquisitions_at, gone_at, scheduled,
    CASE WHEN knows_orders THEN renewal_failed END AS renewal_failed,
    COALESCE((SELECT GROUP_CONCAT(day, ', ') FROM (SELECT JSON_EXTRACT(value, '$[0]') AS day FROM JSON_EACH(several_dates) ORDER BY 1)),
        next_renewal) AS renewal_dates,
    CASE WHEN commitment_request IS NULL THEN commitment_renewal
        ELSE commitment_request || COALESCE(', ' || commitment_renewal, '') END AS '3yc_request'
FROM (SELECT *,
        CASE WHEN commitment_status IN ('COMMITTED', 'ACTIVE', 'ACCEPTED', 'NONCOMPLIANT') THEN commitment_licences END AS minimum,
        CAST(JULIANDAY(next_renewal) - JULIANDAY(DATE('now')) AS INTEGER) AS days,
        orders_at IS NOT NULL AND COALESCE(orders_since, '') <= DATE('now', '-14 days') AS knows_orders
    FROM customer) AS customer;

CREATE VIEW v_subscriptions AS SELECT
    subscription.customer_id, customer.name AS company, customer.reseller_id, subscription.id AS subscription_id,
    offer_id, kind, quantity, used, renewed AS renewed_quantity, subscription.status AS subscription_status_code,
    subscription.created AS subscription_created, renewal_date, auto_renewal, renewal_quantity, currency, deployment_id,
    customer.gone_at, customer.subscriptions_at
FROM subscription JOIN customer ON customer.id = subscription.customer_id;

CREATE VIEW v_renewals AS SELECT
    renewal_date, customer_id, company, reseller_id, subscription_id, offer_id, kind, quantity,
    MAX(COALESCE(quantity, 0) - MAX(COALESCE(renewed_quantity, 0), 0), 0) AS left_to_renew, auto_renewal, renewal_quantity, subscriptions_at
FROM v_subscriptions
WHERE subscription_status_code = '1000' AND gone_at IS NULL
    AND (left_to_renew > 0 OR auto_renewal AND COALESCE(renewed_quantity, 0) <= 0 AND renewal_quantity > 0)
ORDER BY renewal_date;

CREATE VIEW v_acquisitions AS SELECT
    acquisition.customer_id, customer.name AS company, acquisition.reseller_id, acquisition.reference,
    product AS product_name, base_offer_id, quantity, acquisition.created, expires, customer.gone_at,
    reseller.acquisitions_at
FROM acquisition
LEFT JOIN customer ON customer.id = acquisition.customer_id
LEFT JOIN reseller ON reseller.id = acquisition.reseller_id
ORDER BY expires, acquisition.customer_id;
";

/// The migrations of the history: each is applied once, in order; the number applied is the schema's version.
pub(super) const HISTORY: [&str; 4] = [
    "
CREATE TABLE account (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    client TEXT NOT NULL,
    api TEXT NOT NULL
) STRICT;

CREATE TABLE change (
    portfolio TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    reseller_id TEXT NOT NULL,
    company TEXT,
    subscription_id TEXT,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (portfolio, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX change_by_customer ON change (customer_id, at);
CREATE INDEX change_by_time ON change (at);

CREATE VIEW v_changes AS SELECT
    at, customer_id, company, reseller_id, subscription_id, field, before, after
FROM change ORDER BY at, portfolio, seq;
",
    "
CREATE TABLE taken (
    portfolio TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO taken (portfolio, seq) SELECT portfolio, MAX(seq) FROM change GROUP BY portfolio;
",
    "ALTER TABLE account ADD COLUMN known_since TEXT;",
    "
CREATE TABLE note (
    customer_id TEXT PRIMARY KEY,
    reseller_id TEXT,
    company TEXT,
    note TEXT NOT NULL,
    follow_up TEXT CHECK (follow_up IS DATE(follow_up)),
    written_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW v_notes AS SELECT
    customer_id, company, reseller_id, note, follow_up, written_at
FROM note ORDER BY follow_up IS NULL, follow_up, customer_id;
",
];
