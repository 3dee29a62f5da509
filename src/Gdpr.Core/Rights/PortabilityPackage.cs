using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What a person takes along (Art. 20): what they provided, or what was observed of them, on consent or contract, by automated means. Personal data.</summary>
/// <remarks>Not the answer to a request for access: nothing inferred, assigned, kept by law alone or about others. The same data give the same bytes.</remarks>
public sealed class PortabilityPackage : IRightsAnswer
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<SortedDictionary<string, JsonElement>>> _records;

    internal PortabilityPackage(
        DataSubjectRequest request, IReadOnlyList<PackageFile> files, IReadOnlyList<string> missing,
        IReadOnlyDictionary<string, IReadOnlyList<SortedDictionary<string, JsonElement>>> toReview)
    {
        (RequestId, ComplaintSteps, _records) = (request.Id, request.ComplaintSteps, toReview);
        Files = files;
        Missing = missing;
    }

    /// <summary>The name of the file that lists the others.</summary>
    public const string ManifestName = "manifest.json";

    /// <inheritdoc/>
    public string RequestId { get; }

    /// <summary>The files: the manifest first, then the schema, and each data set as JSON and as CSV.</summary>
    public IReadOnlyList<PackageFile> Files { get; }

    /// <inheritdoc/>
    /// <remarks>The digest of the manifest, which holds those of the other files.</remarks>
    public Digest Hash => Files[0].Hash;

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing { get; }

    /// <inheritdoc/>
    /// <remarks>Nothing of others is to be harmed by it (Art. 20(4)).</remarks>
    public IReadOnlyList<string> ToReview => [.. _records.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How many steps complaints had taken when it was composed.</summary>
    internal int ComplaintSteps { get; }

    /// <summary>The records of a data set as they are given out.</summary>
    internal IEnumerable<IReadOnlyDictionary<string, JsonElement>> RecordsOf(string dataSet) => _records[dataSet];

    /// <summary>The files in one ZIP archive.</summary>
    public byte[] ToZip()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in Files)
            {
                var entry = archive.CreateEntry(file.Name, CompressionLevel.Optimal);

                // The earliest time that the format knows: the same files give the same archive.
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var content = entry.Open();
                content.Write(file.Content.Span);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The request's id: nothing of the person.</summary>
    public override string ToString() => $"{nameof(PortabilityPackage)} of {RequestId}";
}

/// <summary>A file of a package.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Content">Its content.</param>
public sealed record PackageFile(string Name, string MediaType, ReadOnlyMemory<byte> Content)
{
    /// <summary>The digest of the content.</summary>
    public Digest Hash => Digest.Of(Content.Span);

    /// <summary>The name: nothing of the content.</summary>
    public override string ToString() => Name;
}

/// <summary>What a package holds, and what it leaves out and why.</summary>
internal sealed record PackageManifest
{
    public string Format { get; init; } = "gdpr-portability/1";

    public required string Controller { get; init; }

    public required string Policy { get; init; }

    public required DataSubjectRight Right { get; init; }

    public IReadOnlyList<ManifestFile> Files { get; init; } = [];

    public IReadOnlyList<ManifestLimit> LeftOut { get; init; } = [];

    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Where the person can ask and complain: of what is left out, this is the refusal (Art. 12(4)).</summary>
    public required Remedies Remedies { get; init; }
}

internal sealed record ManifestFile(string Name, string MediaType, string Sha256, long Bytes, string? DataSet, int? Records);

internal sealed record ManifestLimit(string DataSet, IReadOnlyList<string> Fields, string Reason, string Article, int Count);

/// <summary>The generated code that writes packages.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    WriteIndented = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(PackageManifest))]
[JsonSerializable(typeof(List<SortedDictionary<string, JsonElement>>))]
internal sealed partial class PackageJson : JsonSerializerContext;

/// <summary>Sends a package to another controller, where that is technically feasible (Art. 20(2)).</summary>
public interface IPortabilityTransfer
{
    /// <summary>Sends a package; returns when the other side has taken it.</summary>
    /// <param name="package">The package.</param>
    /// <param name="to">Where the other controller takes it: https.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What the other side answered to show that it has it: a reference, no personal data.</returns>
    ValueTask<string> SendAsync(PortabilityPackage package, Uri to, CancellationToken cancellationToken);
}
