using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>The summaries of an assembly's documentation file, as plain text with members under their JSON names.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocumentation(XDocument document) =>
        _members = document.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public static XmlDocumentation Load(string path) => new(XDocument.Load(path, LoadOptions.PreserveWhitespace));

    public string SummaryOf(Type type) => SummaryOf($"T:{type.FullName}");

    public string SummaryOf(Type type, string member) => SummaryOf($"{(type.IsEnum ? 'F' : 'P')}:{type.FullName}.{member}");

    private string SummaryOf(string id)
    {
        var summary = _members.TryGetValue(id, out var member) ? member.Element("summary") : null;
        return Spaces().Replace(string.Concat((summary ?? throw new InvalidOperationException($"{id} has no summary.")).Nodes().Select(TextOf)), " ").Trim();
    }

    private static string TextOf(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see => see.Attribute("langword")?.Value ?? JsonNameOf(see.Attribute("cref")!.Value),
        XElement element => element.Value,
        _ => node.ToString(),
    };

    private static string JsonNameOf(string cref)
    {
        var dot = cref.LastIndexOf('.');
        var name = cref[(dot + 1)..];
        var field = cref[0] == 'F' ? typeof(GdprPolicy).Assembly.GetType(cref[2..dot])?.GetField(name) : null;
        return field?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}
