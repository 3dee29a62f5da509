using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime.Text;

namespace Gdpr.Relational.Coverage;

/// <summary>The written form of a baseline: laid out so that a change of one gap is a change of few lines.</summary>
internal static class CoverageBaselineJson
{
    public static IReadOnlyList<KnownGap> Read(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize(json, CoverageBaselineContext.Default.BaselineFile);
            return [.. (file?.Gaps ?? throw new FormatException("The baseline is empty: list its gaps.")).Select(Read)];
        }
        catch (JsonException problem)
        {
            throw new FormatException($"The baseline cannot be read at {problem.Path ?? "$"}, line {problem.LineNumber + 1}: {problem.Message.Split(" Path:", 2)[0]}", problem);
        }
    }

    public static string Write(IReadOnlyList<KnownGap> gaps)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            GapLine[] lines =
            [
                .. gaps.Select(gap => new GapLine { Code = gap.Code, Place = gap.Place, Owner = gap.Owner, MendBy = LocalDatePattern.Iso.Format(gap.MendBy) }),
            ];
            JsonSerializer.Serialize(writer, new BaselineFile { Gaps = lines }, CoverageBaselineContext.Default.BaselineFile);
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    private static KnownGap Read(GapLine line)
    {
        var day = LocalDatePattern.Iso.Parse(line.MendBy);
        return day.Success
            ? new KnownGap(line.Code, line.Place, line.Owner, day.Value)
            : throw new FormatException($"{line.Code} {line.Place}: the day by which it is to be mended is no date; write it as 2027-03-31.");
    }
}

/// <summary>A baseline as a file holds it.</summary>
internal sealed class BaselineFile
{
    public IReadOnlyList<GapLine>? Gaps { get; init; }
}

/// <summary>A gap as a file holds it.</summary>
internal sealed class GapLine
{
    public string Code { get => field ?? ""; init; }

    public string Place { get => field ?? ""; init; }

    public string Owner { get => field ?? ""; init; }

    public string MendBy { get => field ?? ""; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(BaselineFile))]
internal sealed partial class CoverageBaselineContext : JsonSerializerContext;
