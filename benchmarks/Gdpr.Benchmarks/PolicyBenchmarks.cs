using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gdpr.Policies;

namespace Gdpr.Benchmarks;

/// <summary>From the text of a policy to the policy with its findings.</summary>
public class PolicyBenchmarks
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private byte[] _text = null!;
    private GdprPolicy _policy = null!;

    /// <summary>One of the policies under <c>samples/policies</c>.</summary>
    [Params("gignos", "supplier-annex")]
    public string Policy { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        using var stream = typeof(PolicyBenchmarks).Assembly.GetManifestResourceStream(Policy + ".json")
            ?? throw new InvalidOperationException($"There is no policy {Policy}.");
        using var text = new MemoryStream();
        stream.CopyTo(text);
        _text = text.ToArray();
        _policy = PolicyReader.Read(_text).GetUsable();
    }

    [Benchmark(Baseline = true)]
    public JsonValueKind JsonDocumentOnly()
    {
        using var document = JsonDocument.Parse(_text, Lenient);
        return document.RootElement.ValueKind;
    }

    [Benchmark]
    public JsonNode? JsonNodeOnly() => JsonNode.Parse(_text, documentOptions: Lenient);

    [Benchmark]
    public PolicyReadResult Read() => PolicyReader.Read(_text);

    [Benchmark]
    public IReadOnlyList<PolicyFinding> Lint() => PolicyLint.Check(_policy);
}
