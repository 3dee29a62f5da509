using System.Text.Json.Serialization;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>What the journal holds of a person: one stream per person and controller. Data are opaque; what is personal is in the payloads.</summary>
internal static class SubjectEntries
{
    public const string Prefix = "subject/";

    /// <summary>The person is known under some native ids. Data: <see cref="NoData"/>; payload: <see cref="SubjectIdentity"/>.</summary>
    public const string Known = "subject-known";

    /// <summary>Nobody needs to know any more whose key it is: whoever deals with the person before the next look keeps the key. Data: <see cref="NoData"/>.</summary>
    public const string Leaving = "subject-leaving";

    /// <summary>Somebody was found to need to know it after all: the next look counts as the first again. Data: <see cref="NoData"/>.</summary>
    public const string Staying = "subject-staying";

    /// <summary>Somebody deals with the person, of whom nothing else is recorded, or who would have been forgotten. Data: <see cref="NoData"/>.</summary>
    public const string Present = "subject-present";

    /// <summary>Whose key it is, is forgotten: nothing is recorded of the person under it any more, and the vault severs it. Data: <see cref="NoData"/>.</summary>
    public const string Forgotten = "subject-forgotten";

    /// <summary>Everything that still counts of the person when the entries before expired. Data: <see cref="SubjectState"/>.</summary>
    public const string Restated = "subject-restated";

    /// <summary>Carries on a payload that proves a consent, when the entry that committed to it expired. Data: <see cref="NoData"/>; payload: the proof.</summary>
    public const string ProofRestated = "consent-proof-restated";

    /// <summary>Data: <see cref="ConsentData"/>; payload: the proof.</summary>
    public const string ConsentRequested = "consent-requested";

    /// <summary>Data: <see cref="ConsentData"/>; payload: the proof.</summary>
    public const string ConsentGiven = "consent-given";

    /// <summary>Data: <see cref="ConsentData"/>.</summary>
    public const string ConsentRefused = "consent-refused";

    /// <summary>Data: <see cref="ConsentData"/>.</summary>
    public const string ConsentWithdrawn = "consent-withdrawn";

    /// <summary>Data: <see cref="ConsentData"/>.</summary>
    public const string ConsentExpired = "consent-expired";

    /// <summary>Data: <see cref="ConsentData"/>.</summary>
    public const string ConsentSuperseded = "consent-superseded";

    /// <summary>One that was decided and is raised again is weighed anew. Data: <see cref="ObjectionData"/>.</summary>
    public const string ObjectionRaised = "objection-raised";

    /// <summary>Data: <see cref="ItemData"/>.</summary>
    public const string ObjectionUpheld = "objection-upheld";

    /// <summary>Compelling grounds were shown, or legal claims (Art. 21(1)). Data: <see cref="ItemData"/>.</summary>
    public const string ObjectionOverruled = "objection-overruled";

    /// <summary>The person took it back, or its time is over. Data: <see cref="ItemData"/>.</summary>
    public const string ObjectionEnded = "objection-ended";

    /// <summary>One that is placed anew stands until its new date of review. Data: <see cref="RestrictionData"/>.</summary>
    public const string RestrictionPlaced = "restriction-placed";

    /// <summary>The person has been told that it will be lifted (Art. 18(3)). Data: <see cref="ItemData"/>.</summary>
    public const string RestrictionLiftingTold = "restriction-lifting-told";

    /// <summary>Data: <see cref="ItemData"/>.</summary>
    public const string RestrictionLifted = "restriction-lifted";

    /// <summary>Data: <see cref="RequestData"/>.</summary>
    public const string RequestOpened = "request-opened";

    /// <summary>Data: <see cref="ItemData"/>.</summary>
    public const string RequestClosed = "request-closed";

    /// <summary>Erasure has been granted for purposes, or for all (Art. 17). Data: <see cref="EndingData"/>.</summary>
    public const string ErasureGranted = "erasure-granted";

    /// <summary>Everything that an erasure was granted of is gone: what is collected of the person from then on is not touched by it. Data: <see
    /// cref="ItemData"/>.</summary>
    public const string ErasureDone = "erasure-done";

    /// <summary>While it waited, something has come that cannot be told apart from what erasure was granted of. Data: <see cref="ItemData"/>.</summary>
    public const string ErasureDoubted = "erasure-doubted";

    /// <summary>Erasure that was granted and is not done counts no longer: nobody was identified by the request (Art. 11(2), 12(6)). Data: <see
    /// cref="ItemData"/>.</summary>
    public const string ErasureTakenBack = "erasure-taken-back";

    /// <summary>A consent that was taken back with a request by which nobody was identified counts as it did before. Data: <see cref="ConsentData"/> with the
    /// request.</summary>
    public const string WithdrawalTakenBack = "consent-withdrawal-taken-back";

    /// <summary>A purpose has ended for the person. Data: <see cref="EndingData"/>.</summary>
    public const string PurposeEnded = "purpose-ended";

    /// <summary>The types of the entries that only say again what is known of a person, or what a look has found.</summary>
    public static IReadOnlyList<string> Repeating { get; } = [Restated, ProofRestated, Leaving, Staying];

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>No clear content.</summary>
internal sealed record NoData;

/// <summary>The native ids of a person, by data set; under the empty name those that hold for every data set without ids of its own. Personal.</summary>
internal sealed record SubjectIdentity(IReadOnlyDictionary<string, IReadOnlyList<string>> NativeIds);

/// <summary>A step of a consent.</summary>
/// <param name="Purpose">The purpose's id.</param>
internal sealed record ConsentData(string Purpose)
{
    /// <summary>The field, where the consent is to an optional field alone.</summary>
    public string? Field { get; init; }

    /// <summary>The document with the text shown.</summary>
    public string? Text { get; init; }

    public string? TextVersion { get; init; }

    public string? Language { get; init; }

    public string? Channel { get; init; }

    public bool Explicit { get; init; }

    /// <summary>Whether a holder of parental responsibility gave it (Art. 8(1)).</summary>
    public bool ByGuardian { get; init; }

    /// <summary>The instant, exclusive, until which it is valid.</summary>
    public Instant? ValidUntil { get; init; }

    /// <summary>Where it was imported from.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>The id of the record of ISO/IEC TS 27560.</summary>
    public string? Record { get; init; }

    /// <summary>Why, where there is a stable code for it.</summary>
    public string? Reason { get; init; }

    /// <summary>The request for erasure with which it was taken back, where it was: should nobody be identified by that, it counts as before.</summary>
    public string? Request { get; init; }
}

/// <summary>An objection as it is raised (Art. 21).</summary>
internal sealed record ObjectionData(string Id, IReadOnlyList<string> Purposes, bool IsMarketing)
{
    public string? Channel { get; init; }

    /// <summary>The instant, exclusive, until which it holds, where it is temporary.</summary>
    public Instant? Until { get; init; }

    public string? Request { get; init; }

    /// <summary>Whether it stands because an address of the person's is suppressed; not said where it does not.</summary>
    public bool? Suppressed { get; init; }

    /// <summary>Of one that names no purposes, those that it leaves out; not said where there are none.</summary>
    public IReadOnlyList<string>? Except { get; init; }
}

/// <summary>A restriction as it is placed (Art. 18(1)).</summary>
internal sealed record RestrictionData(string Id, RestrictionGround Ground, IReadOnlyList<string> DataSets)
{
    public LocalDate? ReviewBy { get; init; }

    public string? Request { get; init; }
}

/// <summary>A request that is open.</summary>
internal sealed record RequestData(string Id, DataSubjectRight Right, IReadOnlyList<string> DataSets);

/// <summary>Purposes that end, or what erasure was granted of; no purposes means all.</summary>
internal sealed record EndingData(string Id, IReadOnlyList<string> Purposes, IReadOnlyList<string> DataSets, string? Reason = null)
{
    /// <summary>The names of the records that are there, where they could be read: keyed hashes.</summary>
    public IReadOnlyList<string>? Records { get; init; }
}

/// <summary>A later step of something with an id.</summary>
internal sealed record ItemData(string Id, string? By = null, string? Reason = null);

/// <summary>The generated code that reads and writes what concerns people.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(NoData))]
[JsonSerializable(typeof(SubjectIdentity))]
[JsonSerializable(typeof(ConsentData))]
[JsonSerializable(typeof(ObjectionData))]
[JsonSerializable(typeof(RestrictionData))]
[JsonSerializable(typeof(RequestData))]
[JsonSerializable(typeof(EndingData))]
[JsonSerializable(typeof(ItemData))]
[JsonSerializable(typeof(SubjectState))]
internal sealed partial class SubjectJson : JsonSerializerContext;
