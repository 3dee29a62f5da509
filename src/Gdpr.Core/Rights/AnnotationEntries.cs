using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What the journal holds of annotations: one stream per person.</summary>
internal static class AnnotationEntries
{
    public const string Prefix = "annotation/";

    /// <summary>What the person says is kept beside data that stays as it is. Data: <see cref="AnnotatedData"/>; payload: <see cref="AnnotationWords"/>.</summary>
    public const string Annotated = "data-annotated";

    /// <summary>Data: <see cref="AnnotationState"/>.</summary>
    public const string Restated = "annotations-restated";

    public static string StreamOf(DataSubject subject) => $"{Prefix}{subject.Controller}/{subject.Key}";
}

/// <summary>That a field is annotated.</summary>
internal sealed record AnnotatedData(string Request, string DataSet, string Field);

/// <summary>What the person says, and of which record: personal.</summary>
internal sealed record AnnotationWords(string NativeKey, string Statement);

/// <summary>An annotation, as it is folded.</summary>
/// <param name="Request">The request by which it came.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Field">The field's id.</param>
/// <param name="At">When.</param>
/// <param name="Words">The commitment to what the person says, in hexadecimal.</param>
/// <param name="Position">The position of its entry.</param>
internal sealed record AnnotationLine(string Request, string DataSet, string Field, Instant At, string Words, long Position);

/// <summary>The annotations of a person, in the order in which they were made.</summary>
internal sealed record AnnotationState(IReadOnlyList<AnnotationLine> Lines) : PersonLogState
{
    public static AnnotationState None { get; } = new([]);
}

/// <summary>The generated code that reads and writes annotations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(AnnotatedData))]
[JsonSerializable(typeof(AnnotationWords))]
[JsonSerializable(typeof(AnnotationState))]
internal sealed partial class AnnotationJson : JsonSerializerContext;
