using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What the journal holds of uses of data. No values, no identifiers: people by their opaque keys, data by its paths and categories.</summary>
internal static class ProcessingEntries
{
    /// <summary>Data: <see cref="UseData"/>.</summary>
    public const string Allowed = "processing-allowed";

    /// <summary>Data: <see cref="UseData"/>.</summary>
    public const string Denied = "processing-denied";

    /// <summary>Data: <see cref="UseData"/>.</summary>
    public const string NeedsHuman = "processing-needs-human";

    /// <summary>Report-only mode let through what would have been denied. Data: <see cref="UseData"/>.</summary>
    public const string WouldDeny = "processing-would-deny";

    /// <summary>Uses that were allowed, summed up. Data: <see cref="SumData"/>.</summary>
    public const string Summed = "processing-summed";

    /// <summary>The stream of what was asked about a person.</summary>
    public static string StreamOf(DataSubject subject) => $"processing/{subject.Controller}/{subject.Key}";

    /// <summary>The stream of what was asked about nobody that is known.</summary>
    public const string Nobody = "processing/unknown";

    /// <summary>The stream of sums.</summary>
    public static string SumsOf(string controller) => $"processing-sums/{controller}";
}

/// <summary>A use of data of one data set, as it was decided.</summary>
/// <param name="Policy">The hash of the policy that decided.</param>
internal sealed record UseData(string Policy)
{
    /// <summary>The purpose; absent where the policy does not declare what was named.</summary>
    public string? Purpose { get; init; }

    public string? DataSet { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The activities that carry it, with what each rests on.</summary>
    public IReadOnlyList<BasisData>? Bases { get; init; }

    /// <summary>The codes of the reasons.</summary>
    public IReadOnlyList<ReasonData>? Reasons { get; init; }

    public string? Role { get; init; }

    /// <summary>The opaque key of a person's account, or the name of a service.</summary>
    public string? Actor { get; init; }

    public string? Automation { get; init; }

    public string? Channel { get; init; }

    /// <summary>What restricted data is used for (Art. 18(2)).</summary>
    public string? RestrictedUse { get; init; }

    public bool? IsPeriodChecked { get; init; }

    public string? Request { get; init; }

    public IReadOnlyList<string>? Tasks { get; init; }
}

/// <summary>What an activity rests on.</summary>
internal sealed record BasisData(string Activity, string? Basis, string? Instruction);

/// <summary>Why not.</summary>
internal sealed record ReasonData(string Code, string? Activity, string? About);

/// <summary>Uses that were allowed on a day, summed up since the last sum.</summary>
/// <param name="Policy">The hash of the policy that decided.</param>
/// <param name="Day">The local day at the controller.</param>
/// <param name="Count">How many.</param>
internal sealed record SumData(string Policy, LocalDate Day, long Count)
{
    public string? Purpose { get; init; }

    public string? DataSet { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    public IReadOnlyList<BasisData>? Bases { get; init; }

    public string? Role { get; init; }

    public string? Actor { get; init; }
}

/// <summary>The generated code that reads and writes them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(UseData))]
[JsonSerializable(typeof(SumData))]
internal sealed partial class ProcessingJson : JsonSerializerContext;
