using System.Text;
using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Puts together what a person takes along (Art. 20).</summary>
internal static class PortabilityWork
{
    public static PortabilityPackage Compose(
        DataSubjectRequest request, GdprPolicy policy, RightsAssessment assessment, IReadOnlyList<PersonDataSet> found, string language)
    {
        var granted = request.Lines.Where(line => line.Verdict == RightsVerdict.Granted && line.Reason == RightsReasons.Portable)
            .ToLookup(line => line.DataSet, StringComparer.Ordinal);
        var portable = granted.SelectMany(lines => lines)
            .GroupBy(line => line.DataSet, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.SelectMany(line => line.Fields).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var (files, listed, limits) = (new List<PackageFile>(), new List<ManifestFile>(), new List<ManifestLimit>());
        var review = new Dictionary<string, IReadOnlyList<SortedDictionary<string, JsonElement>>>(StringComparer.Ordinal);
        foreach (var dataSet in found.OrderBy(one => one.DataSet.Path, StringComparer.Ordinal))
        {
            var path = dataSet.DataSet.Path;
            limits.AddRange(LeftOut(request, path, portable.GetValueOrDefault(path)));
            limits.AddRange(dataSet.Records.SelectMany(record => record.Redactions).GroupBy(redaction => (redaction.Path, redaction.Reason)).Select(same =>
                new ManifestLimit(path, [same.Key.Path[(path.Length + 1)..]], same.Key.Reason, "Art. 20(4)", same.Sum(redaction => redaction.Count))));
            var records = dataSet.Records.OrderBy(record => record.NativeKey, StringComparer.Ordinal)
                .Select(record => Portable(record, [.. granted[path].Where(line => !assessment.IsOver(dataSet.DataSet, record, line.Activity))]))
                .Where(record => record.Count > 0).ToList();
            if (records.Count == 0)
            {
                continue;
            }

            if (FreeText.MayBeAboutOthers(policy, path, records))
            {
                review.Add(path, records);
            }

            Add(new PackageFile($"{path}.json", "application/json",
                JsonSerializer.SerializeToUtf8Bytes(records, PackageJson.Default.ListSortedDictionaryStringJsonElement)), path, records.Count);
            Add(new PackageFile($"{path}.csv", "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(CsvText.Of([.. records], CsvUse.Portability))), path, records.Count);
        }

        var schema = new PackageFile("schema.json", "application/schema+json", SchemaOf(policy, portable));
        var manifest = new PackageManifest
        {
            Controller = policy.Controllers[request.Controller].Name,
            Policy = policy.Hash,
            Right = DataSubjectRight.Portability,
            Files = [ListOf(schema, null, null), .. listed],
            LeftOut = limits,
            Missing = DataSubjectRequests.MissingOf(request),
            Remedies = Remedies.Of(policy.Controllers[request.Controller], language),
        };
        var first = new PackageFile(PortabilityPackage.ManifestName, "application/json",
            JsonSerializer.SerializeToUtf8Bytes(manifest, PackageJson.Default.PackageManifest));
        return new PortabilityPackage(request, [first, schema, .. files], manifest.Missing, review);

        void Add(PackageFile file, string dataSet, int records)
        {
            files.Add(file);
            listed.Add(ListOf(file, dataSet, records));
        }
    }

    private static SortedDictionary<string, JsonElement> Portable(ExportedRecord record, IReadOnlyList<RequestLine> lines) => new(
        record.Fields.Where(field => lines.Any(line => line.Fields.Contains(field.Key, StringComparer.Ordinal))).ToDictionary(StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static ManifestFile ListOf(PackageFile file, string? dataSet, int? records) =>
        new(file.Name, file.MediaType, file.Hash.ToString(), file.Content.Length, dataSet, records);

    /// <summary>The fields that stay behind, each with the first reason.</summary>
    private static IEnumerable<ManifestLimit> LeftOut(DataSubjectRequest request, string dataSet, HashSet<string>? portable) => request.Lines
        .Where(line => line.DataSet == dataSet && line.Verdict == RightsVerdict.NotApplicable && line.Reason != RightsReasons.NothingHeld
            && line.Fields.Any(field => portable?.Contains(field) != true))
        .GroupBy(line => line.Fields[0], StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal)
        .Select(same => new ManifestLimit(dataSet, same.First().Fields, same.First().Reason, same.First().Article, same.First().Records));

    /// <summary>A JSON Schema of the files: a definition per data set, with what each field is.</summary>
    private static byte[] SchemaOf(GdprPolicy policy, Dictionary<string, HashSet<string>> portable)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteStartObject("$defs");
            foreach (var (path, fields) in portable.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                _ = DataPath.TryParse(path, out var parsed);
                var declared = policy.Systems[parsed.System].DataSets[parsed.DataSet];
                writer.WriteStartObject(path);
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                writer.WriteString("type", "object");
                writer.WriteStartObject("properties");
                foreach (var field in fields.Order(StringComparer.Ordinal))
                {
                    var category = declared.Fields[field].Category;
                    var known = policy.Categories.GetValueOrDefault(category) ?? Vocabulary.Categories.GetValueOrDefault(category);
                    writer.WriteStartObject(field);
                    writer.WriteString("title", known?.Title?.In("en") ?? category);
                    if (known?.Dpv is { } dpv)
                    {
                        writer.WriteString("$comment", dpv);
                    }

                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
                writer.WriteBoolean("additionalProperties", false);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
