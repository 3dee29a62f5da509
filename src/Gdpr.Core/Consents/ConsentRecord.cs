using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gdpr.Consents;

/// <summary>The record of a consent, with the members that ISO/IEC TS 27560:2023 requires and those that the GDPR makes required (Art. 7(1), 13, 30).</summary>
/// <remarks>Times are instants in UTC, as in ISO 8601. The record names the person by the opaque key only.</remarks>
public sealed record ConsentRecord
{
    /// <summary>The version of the structure.</summary>
    public string SchemaVersion { get; init; } = "ISO/IEC TS 27560:2023";

    /// <summary>The record's id.</summary>
    public string RecordId { get; init; } = "";

    /// <summary>The opaque key of the person; on a receipt, which leaves the organisation, <see langword="null"/>.</summary>
    public string? PiiPrincipalId { get; init; }

    /// <summary>On a receipt, its id.</summary>
    public string? ReceiptId { get; init; }

    /// <summary>What was consented to.</summary>
    public ConsentRecordProcessing Processing { get; init; } = new();

    /// <summary>Those who take part: controllers, recipients, the authority.</summary>
    public IReadOnlyList<ConsentRecordParty> PartyIdentification { get; init; } = [];

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<ConsentRecordEvent> Events { get; init; } = [];

    /// <summary>The record as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConsentRecordJson.Default.ConsentRecord);
}

/// <summary>What was consented to.</summary>
public sealed record ConsentRecordProcessing
{
    /// <summary>The text that was shown: document and version.</summary>
    public string PrivacyNotice { get; init; } = "";

    /// <summary>The language in which it was shown; <c>und</c> where nobody knows.</summary>
    public string Language { get; init; } = "und";

    /// <summary>The text itself; <see langword="null"/> where nobody knows.</summary>
    public string? Text { get; init; }

    /// <summary>The purposes: one, as consent is never bundled.</summary>
    public IReadOnlyList<ConsentRecordPurpose> Purposes { get; init; } = [];
}

/// <summary>A purpose in a record.</summary>
public sealed record ConsentRecordPurpose
{
    /// <summary>What the purpose is called.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The term of the W3C Data Privacy Vocabulary, or the purpose's id.</summary>
    public string PurposeType { get; init; } = "";

    /// <summary>The lawful basis.</summary>
    public string LawfulBasis { get; init; } = "";

    /// <summary>The data, by category.</summary>
    public IReadOnlyList<ConsentRecordData> PiiInformation { get; init; } = [];

    /// <summary>The controllers, as ids of parties.</summary>
    public IReadOnlyList<string> PiiControllers { get; init; } = [];

    /// <summary>Through which channel, and by which act, it was collected.</summary>
    public string CollectionMethod { get; init; } = "";

    /// <summary>What is done with the data.</summary>
    public string ProcessingMethod { get; init; } = "";

    /// <summary>Where the data is stored: systems, with the country where it is known.</summary>
    public IReadOnlyList<string> StorageLocations { get; init; } = [];

    /// <summary>How long the data is kept.</summary>
    public string RetentionPeriod { get; init; } = "";

    /// <summary>Where the data may be processed: countries.</summary>
    public IReadOnlyList<string> GeographicRestrictions { get; init; } = [];

    /// <summary>The country whose law applies.</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>The recipients, as ids of parties.</summary>
    public IReadOnlyList<string> RecipientThirdParties { get; init; } = [];

    /// <summary>How consent is withdrawn.</summary>
    public string WithdrawalMethod { get; init; } = "";

    /// <summary>The rights of the person, and how they are used.</summary>
    public IReadOnlyList<string> PrivacyRights { get; init; } = [];

    /// <summary>The authority for complaints, as the id of a party.</summary>
    public string AuthorityParty { get; init; } = "";
}

/// <summary>Data of one kind in a record.</summary>
/// <param name="PiiType">What the category is called.</param>
/// <param name="PiiAttributeId">The field's path.</param>
/// <param name="PiiOptional">Whether the person need not give it.</param>
/// <param name="SpecialPiiCategory">Whether it is of a special category (Art. 9(1)).</param>
public sealed record ConsentRecordData(string PiiType, string PiiAttributeId, bool PiiOptional, bool SpecialPiiCategory);

/// <summary>A party in a record.</summary>
/// <param name="PartyId">Its id.</param>
/// <param name="PartyAddress">Its address; empty where the policy has none.</param>
/// <param name="PartyName">Its name.</param>
/// <param name="PartyContact">How it is reached; empty where the policy does not say.</param>
/// <param name="PartyType">What it is: <c>controller</c>, <c>recipient</c>, <c>authority</c>.</param>
public sealed record ConsentRecordParty(string PartyId, string PartyAddress, string PartyName, string PartyContact, string PartyType);

/// <summary>Something that happened to a consent.</summary>
/// <param name="EventTime">When.</param>
/// <param name="ValidityDuration">Until when it holds, exclusive, or <c>until withdrawn</c>; for what ended it, <c>ended</c>.</param>
/// <param name="EntityId">Who caused it: the opaque key of the person, <c>holder of parental responsibility</c>, or the controller's id.</param>
/// <param name="EventType">How: <c>explicit consent</c>, <c>consent</c>, <c>imported consent</c>, or a stable reason.</param>
/// <param name="EventState">What it led to: <c>requested</c>, <c>given</c>, <c>refused</c>, <c>withdrawn</c>, <c>expired</c>, <c>invalidated</c>.</param>
public sealed record ConsentRecordEvent(string EventTime, string ValidityDuration, string EntityId, string EventType, string EventState);

/// <summary>The generated code that reads and writes records and proofs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConsentRecord))]
[JsonSerializable(typeof(ConsentProof))]
internal sealed partial class ConsentRecordJson : JsonSerializerContext;
