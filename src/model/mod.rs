//! The Partner API's things as types: plain data with tolerant readers, and the queries that ask for them.
//!
//! What stays out: HTTP (that is `api`) and anything of the screen. Names are the API's own.

mod acquisition;
mod column_name;
mod compare;
mod copy_facts;
mod counted;
mod customer;
mod customer_renewal;
mod dated_renewal;
mod dates;
mod filter;
mod json;
mod link;
mod list;
mod note;
mod notification;
mod observed_change;
mod order;
mod page;
mod query;
mod read;
mod renewal;
mod renewal_order;
mod renewal_weeks;
mod reseller;
mod returns;
mod segment;
mod status;
mod subscription;
mod summary;
mod today;

pub use acquisition::{Acquisition, AcquisitionList};
pub use column_name::means_column;
pub use compare::{compare, first_in_order};
pub use copy_facts::{CopyFacts, CopyPart, CopyTotals, FacetCounts, ToOrder};
pub use customer::{
    Address, Benefit, Commitment, Contact, Customer, CustomerRow, Discount, LinkedMembership, MinimumQuantity,
};
pub use customer_renewal::{CustomerRenewal, RenewalBasis, RenewalStates};
pub use dated_renewal::DatedRenewal;
pub use dates::{ComingDayError, DateError, Edge, Timestamp, format_date, parse_coming_day, parse_date};
pub use filter::{CustomerFilter, NamePattern, StatusFilter};
pub(crate) use json::{read_json, to_utf8};
pub use link::{Link, Links};
pub use list::{
    Capabilities, Coverage, Cursor, FieldValues, MergeCursor, MergeStart, OrdersRequest, Priority, RecordKey,
    RowsRequest, StatusCounts,
};
pub use note::{CustomerNote, NoteBook, NoteChange, NoteOutcome, NotePlace};
pub use notification::{Notification, NotificationPage};
pub use observed_change::{AutoChanged, CustomerHistory, HistoryExtent, ObservedChange};
pub use order::{LineItem, Order, OrderPage};
pub use page::{CustomerPage, Row};
pub use query::{CustomerQuery, FilterError, MAX_LIMIT, SortBy, SortOrder, SortRule};
pub use read::{Problem, Unreadable};
pub use renewal::{AsOf, CHANGE_MARGIN, EARLY_DAYS, RenewalState, SeatCount};
pub(crate) use renewal_weeks::days_later;
pub use renewal_weeks::{RenewalSpan, RenewalWeeks};
pub use reseller::{Reseller, ResellerPage, ResellerRow};
pub use returns::{RETURN_DAYS, ReturnableOrder, Returns, ReturnsOnDay};
pub use segment::{SEGMENTS, segment_label};
pub use status::{EntityKind, Status};
pub use subscription::{AutoRenewal, OfferKind, Subscription, SubscriptionList};
pub use summary::{
    MonthCount, OtherSeats, PortfolioSummary, ProductSeats, RenewalWeek, SummaryAnswer, SummaryGroup,
    SummaryWeek,
};
pub use today::{TodayAnswer, TodayFigures};
