using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>What the journal holds of disposal: one stream per plan.</summary>
internal static class DisposalEntries
{
    /// <summary>Destruction is about to begin. Data: <see cref="PlannedData"/>.</summary>
    public const string Planned = "disposal-planned";

    /// <summary>A batch is gone, and its evidence stands in the source. Data: <see cref="BatchData"/>.</summary>
    public const string Batch = "disposal-batch";

    /// <summary>Nothing due was left. Data: <see cref="ClosedData"/>, as for the two below.</summary>
    public const string Completed = "disposal-completed";

    /// <summary>The plan was stopped between batches, or its worker died; another plan does the rest.</summary>
    public const string Interrupted = "disposal-interrupted";

    /// <summary>Something went wrong; what was done is recorded, the rest was not done.</summary>
    public const string Failed = "disposal-failed";

    /// <summary>A plan that is still open, as it was when the entries before it expired. Data: <see cref="RestatedData"/>.</summary>
    public const string Restated = "disposal-restated";

    /// <summary>Rules and mapping of a data set are approved for destruction. Data: <see cref="ApprovalData"/>.</summary>
    public const string Approved = "sweep-approved";

    /// <summary>The stream of approvals.</summary>
    public const string Approvals = "sweep-approval";

    /// <summary>Destruction is stopped everywhere, or no longer. Data: <see cref="SwitchData"/>.</summary>
    public const string SwitchedOn = "kill-switch-on";

    /// <inheritdoc cref="SwitchedOn"/>
    public const string SwitchedOff = "kill-switch-off";

    /// <summary>The stream of the kill switch.</summary>
    public const string KillSwitch = "kill-switch";

    /// <summary>Somebody has seen that the journal is damaged, and lets destruction go on. Data: <see cref="DamageData"/>.</summary>
    public const string DamageAcknowledged = "damage-acknowledged";

    /// <summary>A verification has found the journal damaged, or no longer. Data: <see cref="DamageData"/>.</summary>
    public const string DamageFound = "damage-found";

    /// <inheritdoc cref="DamageFound"/>
    public const string DamageGone = "damage-gone";

    /// <summary>The stream of what verifications have found.</summary>
    public const string Damage = "journal-damage";

    private const string Prefix = "disposal/";

    public static string StreamOf(string plan) => Prefix + plan;

    public static bool IsPlan(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What an entry says.</summary>
    /// <exception cref="StoreException">It has been changed, and cannot be read.</exception>
    public static T Read<T>(JournalEntry entry, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Content.Data, type) ?? throw StoreException.Damaged(entry);
        }
        catch (JsonException)
        {
            throw StoreException.Damaged(entry);
        }
    }

    /// <summary>What an entry says of a batch; <see langword="null"/> where it is damaged: verifying the journal says so, and nothing is destroyed until people have
    /// looked.</summary>
    public static BatchData? BatchIn(JournalEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.BatchData);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What an entry of a plan's stream says was planned; <see langword="null"/> where it says something else, or is damaged: then verifying the journal says so,
    /// and the evidence that stands beside the data is all that is known of the plan.</summary>
    public static PlannedData? PlannedIn(JournalEntry entry)
    {
        try
        {
            return entry.Content.Type switch
            {
                Planned => JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.PlannedData),
                Restated => JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.RestatedData)?.Planned,
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="Plan">The plan's id.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Source">The source.</param>
/// <param name="Policy">The hash of the policy that decides.</param>
/// <param name="Rules">The fingerprint of the data set's rules.</param>
/// <param name="Mapping">What identifies the source's mapping.</param>
/// <param name="At">The instant at which records are judged.</param>
/// <param name="Worker">The worker that carries it out, where several share the run.</param>
internal sealed record PlannedData(
    string Plan, string Run, string DataSet, string Source, string Policy, string Rules, string Mapping, string At, string? Worker = null);

/// <param name="Plan">The plan's id.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Policy">The hash of the policy that decided.</param>
/// <param name="Number">The batch's number, from 1.</param>
/// <param name="Erased">How many records were erased.</param>
/// <param name="FieldsErased">Of how many fields were erased.</param>
/// <param name="Anonymised">Of how many fields were anonymised.</param>
/// <param name="Root">The root over the evidence.</param>
internal sealed record BatchData(string Plan, string DataSet, string Policy, int Number, int Erased, int FieldsErased, int Anonymised, string Root);

/// <param name="Plan">The plan's id.</param>
/// <param name="Batches">How many batches it had.</param>
/// <param name="Records">How many records were disposed of, whole or in part.</param>
/// <param name="Reason">Why it was stopped or failed: a stable code.</param>
/// <param name="Bytes">What has become of the bytes of what was erased; <see langword="null"/> where the source says nothing of it.</param>
internal sealed record ClosedData(string Plan, int Batches, long Records, string? Reason = null, ErasedBytes? Bytes = null);

/// <param name="DataSet">The data set.</param>
/// <param name="Rules">The fingerprint of the rules approved.</param>
/// <param name="Mapping">What identifies the mapping approved.</param>
/// <param name="By">The function that approved.</param>
/// <param name="Source">The source whose preview was approved.</param>
internal sealed record ApprovalData(string DataSet, string Rules, string Mapping, string By, string? Source = null);

/// <param name="By">The function that set the switch.</param>
internal sealed record SwitchData(string By);

/// <param name="Faults">The digest of what was found.</param>
/// <param name="By">The function that acknowledged it; <see langword="null"/> where none has.</param>
internal sealed record DamageData(string Faults, string? By = null);

/// <summary>Whose turn it was.</summary>
/// <param name="DataSet">The data set that was swept last.</param>
internal sealed record TurnData(string DataSet);

/// <summary>A plan that has not been closed.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Source">The source.</param>
/// <param name="Position">The position of the entry that says so.</param>
/// <param name="Worker">The worker that carries it out, where several share the run.</param>
internal sealed record OpenPlan(string Plan, string DataSet, string Source, long Position, string? Worker = null);

/// <param name="Planned">What was planned.</param>
/// <param name="Counts">What was done under it.</param>
internal sealed record RestatedData(PlannedData Planned, DisposalCounts Counts);

/// <summary>The generated code that reads and writes what the journal holds of disposal.</summary>
/// <remarks>An entry of which a byte is another may still be JSON: what lacks a member is refused as what is none.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PlannedData))]
[JsonSerializable(typeof(BatchData))]
[JsonSerializable(typeof(ClosedData))]
[JsonSerializable(typeof(ApprovalData))]
[JsonSerializable(typeof(SwitchData))]
[JsonSerializable(typeof(DamageData))]
[JsonSerializable(typeof(TurnData))]
[JsonSerializable(typeof(IReadOnlyList<OpenPlan>))]
[JsonSerializable(typeof(RestatedData))]
internal sealed partial class DisposalJson : JsonSerializerContext;
