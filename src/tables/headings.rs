//! The headings that are known for each meaning, in several languages, as platforms and spreadsheets write them.

use std::collections::HashMap;

use super::{Meaning, fold::fold_heading};

/// The headings of each meaning, between bars. If a row has several of them, the first one counts.
const HEADINGS: [(Meaning, &str); 23] = [
    (
        Meaning::OfferId,
        "Offer ID | Adobe Offer ID | Adobe SKU | Vendor SKU | Vendor Part Number | \
         Manufacturer Part Number | MPN | VPN | SKU | Part Number | Angebots-ID | \
         Hersteller-Artikelnummer | Herstellernummer | Artikelnummer | Art.-Nr. | ID de l'offre | \
         Référence fabricant | Référence | ID de oferta | Número de pieza | Referencia | オファーID | \
         オファー ID | 商品コード | 製品コード | 型番 | Product SKU | Product Code",
    ),
    (
        Meaning::ProductFamily,
        "Product Family | Family | Produktfamilie | Famille de produits | Familia de productos | \
         製品ファミリー | 製品ファミリ | Product Group | Produktgruppe",
    ),
    (
        Meaning::ProductDescription,
        "Product Name | Product Description | Description | Product | Item Description | Item Name | \
         Produktname | Produktbezeichnung | Produktbeschreibung | Artikelbezeichnung | Bezeichnung | \
         Beschreibung | Produkt | Nom du produit | Description du produit | Désignation | Libellé | \
         Produit | Nombre del producto | Descripción del producto | Descripción | Producto | 製品名 | \
         製品の説明 | 製品説明 | 商品名 | 品名 | Name",
    ),
    (
        Meaning::ProductType,
        "Product Type | Produkttyp | Type de produit | Tipo de producto | 製品タイプ | 製品の種類",
    ),
    (
        Meaning::ProductTypeDetail,
        "Product Type Detail | Produkttyp Detail | Produkttypdetail | Détail du type de produit | \
         Detalle del tipo de producto | 製品タイプの詳細",
    ),
    (
        Meaning::OperatingSystem,
        "Operating System | OS | Platform | Betriebssystem | Système d'exploitation | \
         Sistema operativo | オペレーティングシステム",
    ),
    (Meaning::Language, "Language | Sprache | Langue | Idioma | 言語"),
    (Meaning::Version, "Version | Versión | バージョン"),
    (Meaning::Users, "Users | User Type | Benutzer | Utilisateurs | Usuarios | ユーザー"),
    (Meaning::Metric, "Metric | Metrik | Métrique | Métrica | Unit | Einheit | 単位"),
    (
        Meaning::AdditionalDetail,
        "Additional Detail | Additional Details | Zusatzangaben | Détails supplémentaires | \
         Detalles adicionales | 備考",
    ),
    (
        Meaning::ListMonth,
        "Price List Month | Pricelist Month | List Month | Preislistenmonat | Mois du tarif | \
         Mes de la lista de precios | 価格表の月",
    ),
    (
        Meaning::OrderDate,
        "Order Date | Bestelldatum | Auftragsdatum | Date de commande | Fecha de pedido | 注文日 | 発注日",
    ),
    (
        Meaning::SubscriptionId,
        "Adobe Subscription ID | Vendor Subscription ID | Vendor Subscription | Subscription ID | \
         Subscription Number | Subscription No | Subscription | Abonnement-ID | Abo-ID | \
         Abonnementnummer | Abonnementsnummer | Vertragsnummer | ID d'abonnement | \
         ID de l'abonnement | Identifiant d'abonnement | Numéro d'abonnement | ID de suscripción | \
         ID de la suscripción | Número de suscripción | サブスクリプションID | 契約ID | サブスクリプション番号",
    ),
    (
        Meaning::CustomerId,
        "Adobe Customer ID | Vendor Customer ID | Ship To Customer ID | Customer ID | \
         Customer Number | End Customer ID | Kunden-ID | Kundennummer | Endkunden-ID | ID client | \
         ID du client | Numéro client | ID de cliente | ID del cliente | Número de cliente | 顧客ID | \
         お客様ID | 顧客番号",
    ),
    (
        Meaning::CustomerName,
        "Ship To Name | Customer Name | End Customer Name | End Customer | Customer | Company Name | \
         Company | Kundenname | Endkunde | Kunde | Firma | Unternehmen | Nom du client | \
         Client final | Client | Société | Nombre del cliente | Cliente | Empresa | 顧客名 | 会社名 | お客様名",
    ),
    (
        Meaning::Quantity,
        "Quantity | Current Quantity | Licenses | Licences | License Count | Number of Licenses | \
         Seats | Seat Count | Qty | Menge | Anzahl | Lizenzen | Anzahl Lizenzen | Stückzahl | \
         Quantité | Qté | Nombre de licences | Cantidad | Cant. | Licencias | Número de licencias | \
         数量 | ライセンス数 | シート数",
    ),
    (
        Meaning::RenewalDate,
        "Renewal Date | Next Renewal Date | Next Renewal | Renewal | Anniversary Date | \
         Verlängerungsdatum | Verlängerung am | Nächste Verlängerung | Erneuerungsdatum | \
         Date de renouvellement | Prochain renouvellement | Fecha de renovación | \
         Próxima renovación | 更新日 | 次回更新日 | Next Billing Date | Nächste Abrechnung",
    ),
    (
        Meaning::EndDate,
        "End Date | Subscription End Date | Term End Date | Term End | Expiration Date | \
         Expiry Date | Expires | Enddatum | Laufzeitende | Ablaufdatum | Vertragsende | \
         Date de fin | Date d'expiration | Fecha de fin | Fecha de finalización | \
         Fecha de vencimiento | 終了日 | 有効期限",
    ),
    (
        Meaning::ChargeEndDate,
        "Charge End Date | Abrechnungsende | Date de fin de facturation | Fecha de fin de cargo | \
         請求終了日",
    ),
    (
        Meaning::ChargeType,
        "Charge Type | Line Type | Transaction Type | Buchungsart | Belegart | Type de frais | \
         Type de facturation | Tipo de cargo | 請求タイプ | 請求区分",
    ),
    (
        Meaning::AutoRenewal,
        "Auto Renewal | Auto Renew | Auto-Renew Enabled | Automatic Renewal | Autorenewal Status | \
         Renewal Setting | Automatische Verlängerung | Auto-Verlängerung | Automatische Erneuerung | \
         Renouvellement automatique | Renouvellement auto | Renovación automática | 自動更新",
    ),
    (
        Meaning::Status,
        "Subscription Status Code | Subscription Status | Status | State | Abonnementstatus | Zustand | \
         Statut de l'abonnement | Statut | État | Estado de la suscripción | Estado | ステータス | 状態",
    ),
];

/// The meanings of headings, folded, with the rank among those of the same meaning.
pub(super) type KnownHeadings = HashMap<String, (Meaning, usize)>;

/// Returns the headings that have one of these meanings.
pub(super) fn known(wanted: &[Meaning]) -> KnownHeadings {
    let mut known = HashMap::new();
    for (meaning, headings) in HEADINGS.iter().filter(|(meaning, _)| wanted.contains(meaning)) {
        for (rank, heading) in headings.split(" | ").enumerate() {
            known.entry(fold_heading(heading)).or_insert((*meaning, rank));
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_has_two_meanings() {
        let mut seen: HashMap<String, Meaning> = HashMap::new();
        for (meaning, headings) in HEADINGS {
            for heading in headings.split(" | ") {
                let other = seen.insert(fold_heading(heading), meaning);
                assert!(other.is_none_or(|other| other == meaning), "{heading}: {other:?} and {meaning:?}");
            }
        }
        assert!(Meaning::ALL.iter().all(|meaning| seen.values().any(|known| known == meaning)));
        assert!(seen.len() > 200);
    }
}
