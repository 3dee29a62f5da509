using System.Text;
using System.Text.Json;
using Gdpr.Policies.Json;

namespace Gdpr.Policies;

/// <summary>Reads policies from JSON and validates them.</summary>
/// <remarks>
/// <para>The text is UTF-8, with or without a byte order mark, at most 16 MiB, nested at most 64 levels deep. Comments and trailing commas
/// are allowed; <c>null</c> for a member means that the member is absent, and is warned of; a <c>$schema</c> at the top is passed over.</para>
/// <para>Ids are made of the letters a to z in either case, digits, dots, hyphens and underscores, and start with a letter or digit. Ids of
/// systems, data sets, fields and triggers have no dots, because dots divide paths such as <c>crm.customers.email</c>.</para>
/// <para>Everything that is wrong is reported at once. What cannot be read is left out and the rest is validated all the same; findings that
/// would only follow from what was left out are not repeated.</para>
/// </remarks>
public static class PolicyReader
{
    private static readonly PolicyFinding NotAnObject = new(FindingCodes.WrongKind, FindingSeverity.Error, "", "The text is not a JSON object.",
        "Write a policy: an object with policy, version, effective, controllers, systems and activities.");

    /// <summary>Reads a policy and reports everything that is wrong with it. Never throws for what the text holds.</summary>
    /// <param name="utf8Json">The text in UTF-8.</param>
    public static PolicyReadResult Read(ReadOnlySpan<byte> utf8Json)
    {
        var root = SourceParser.Parse(utf8Json, out var problem);
        return root is null ? new PolicyReadResult(null, [problem!]) : Read(root, []);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    /// <param name="json">The text.</param>
    public static PolicyReadResult Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Reads a policy that must be usable.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="GdprPolicyException">A finding is an error; the exception carries all findings.</exception>
    public static GdprPolicy Parse(string json) => Read(json).GetUsable();

    /// <summary>Validates a policy put together in C# as if it had been read.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="noticed">What was noticed while it was put together.</param>
    /// <returns>A copy of the policy that shares nothing with what it was put together from, and all findings, without lines and columns.</returns>
    internal static PolicyReadResult Check(GdprPolicy policy, IReadOnlyList<PolicyFinding> noticed)
    {
        byte[] text;
        try
        {
            text = Encoding.UTF8.GetBytes(PolicyForm.Expanded.Of(policy).ToJsonString());
        }
        catch (JsonException exception)
        {
            return new PolicyReadResult(null, [new PolicyFinding(FindingCodes.Unreadable, FindingSeverity.Error, "",
                $"The policy cannot be written as JSON: {exception.Message}", "Nest rules less deeply, and use only the values that an enumeration declares.")]);
        }

        var root = SourceParser.Parse(text, out var problem);
        var result = root is null ? new PolicyReadResult(null, [problem!]) : Read(root, noticed);
        return new PolicyReadResult(result.Policy, [.. result.Findings.Select(finding => Place(finding, default))]);
    }

    private static PolicyReadResult Read(SourceNode root, IReadOnlyList<PolicyFinding> noticed)
    {
        if (root.Kind != JsonValueKind.Object)
        {
            return new PolicyReadResult(null, [Place(NotAnObject, root.At)]);
        }

        var reading = ShapeReader.Read(root);
        var settled = noticed.Where(finding => finding.Code == FindingCodes.UnreadableValue).Select(finding => finding.Path)
            .Concat(reading.Settled).ToHashSet(StringComparer.Ordinal);
        var lint = PolicyLint.Check(reading.Policy, settled);
        return new PolicyReadResult(reading.Policy,
        [
            .. noticed.Concat(lint)
                .Select(finding => Place(finding, root.Nearest(finding.Path).At))
                .Concat(reading.Findings.Where(finding => !noticed.Any(other => other.Path == finding.Path)))
                .OrderByDescending(finding => finding.Severity)
                .ThenBy(finding => finding.Line)
                .ThenBy(finding => finding.Column)
                .ThenBy(finding => finding.Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Code, StringComparer.Ordinal),
        ]);
    }

    private static PolicyFinding Place(PolicyFinding finding, SourcePosition at) => finding with { Line = at.Line, Column = at.Column };
}
