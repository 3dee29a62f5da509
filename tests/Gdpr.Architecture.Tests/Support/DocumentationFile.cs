using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>The documentation that lies beside an assembly, as the compiler wrote it.</summary>
internal sealed class DocumentationFile(string path) : DocumentationProvider
{
    private readonly Lazy<Dictionary<string, string>> _members = new(() => XElement.Load(path).Descendants("member")
        .ToDictionary(m => m.Attribute("name")!.Value, m => m.ToString(), StringComparer.Ordinal));

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(path);

    protected override string? GetDocumentationForSymbol(
        string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        _members.Value.GetValueOrDefault(documentationMemberID);
}
