using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gdpr.Tool.Corpus;

/// <summary>Reads the files of a corpus.</summary>
internal static class CorpusFile
{
    private const string Embedded = "corpus/";

    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The cases of the library's own corpus.</summary>
    public static IEnumerable<CorpusCase> ReadOwn()
    {
        var assembly = typeof(CorpusFile).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Embedded, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (var one in Read(name[Embedded.Length..], reader.ReadToEnd()))
            {
                yield return one;
            }
        }
    }

    /// <summary>The cases of files, or of every JSON file in folders.</summary>
    public static IEnumerable<CorpusCase> Read(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)] : [path];
            if (files.Length == 0)
            {
                throw new BadInputException($"{path}: the folder holds no JSON file. Name a corpus.");
            }

            foreach (var file in files)
            {
                foreach (var one in Read(file, File.ReadAllText(file)))
                {
                    yield return one;
                }
            }
        }
    }

    /// <summary>The cases of a text.</summary>
    public static IReadOnlyList<CorpusCase> Read(string file, string text)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: Reading)?.AsObject() ?? throw new BadInputException($"{file}: the file is empty.");
            var policies = (root["policies"]?.AsObject() ?? []).ToDictionary(policy => policy.Key, policy => policy.Value!, StringComparer.Ordinal);
            var cases = (root["cases"] as JsonArray ?? throw new BadInputException($"{file}: 'cases' is missing: state a list of them."))
                .Select(one => Of(file, root, one!.AsObject(), policies)).ToList();
            return cases.GroupBy(one => one.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
                ? throw new BadInputException($"{file}: several cases have the id '{twice.Key}': give each its own.")
                : cases;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new BadInputException($"{file}: the file is no corpus: {exception.Message}");
        }
    }

    private static CorpusCase Of(string file, JsonObject root, JsonObject one, IReadOnlyDictionary<string, JsonNode> policies)
    {
        var id = Text("id") ?? throw new BadInputException($"{file}: a case has no 'id'.");
        return new CorpusCase(
            file, id, Text("kind") ?? throw Missing("kind"), Text("law") ?? throw Missing("law"), Given(), one["expect"]?.AsObject() ?? throw Missing("expect"), policies);

        // What all cases of a file share is stated once; a case says what is otherwise with it.
        JsonObject Given()
        {
            var own = one["given"]?.AsObject() ?? throw Missing("given");
            foreach (var (member, value) in root["given"]?.AsObject() ?? [])
            {
                own.TryAdd(member, value?.DeepClone());
            }

            return own;
        }

        string? Text(string member) => (one[member] ?? root[member])?.GetValue<string>();

        BadInputException Missing(string member) => new($"{file}: case {id}: '{member}' is missing: state it.");
    }
}
