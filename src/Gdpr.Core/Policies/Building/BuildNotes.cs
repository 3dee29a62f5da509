using Gdpr.Policies.Json;
using Gdpr.Time;

namespace Gdpr.Policies.Building;

/// <summary>What a builder noticed while parts were declared, at the place in the policy that it builds.</summary>
/// <remarks>Findings are gathered rather than thrown, so that building reports everything at once, as reading does.</remarks>
internal sealed class BuildNotes
{
    private readonly List<PolicyFinding> _findings;
    private readonly string _pointer;
    private readonly HashSet<string> _stated = new(StringComparer.Ordinal);

    private BuildNotes(List<PolicyFinding> findings, string pointer) => (_findings, _pointer) = (findings, pointer);

    public IReadOnlyList<PolicyFinding> Findings => _findings;

    public static BuildNotes Start() => new([], "");

    /// <summary>The notes of a part of this part.</summary>
    public BuildNotes Of(string member) => new(_findings, JsonPointer.Child(_pointer, member));

    /// <summary>A value for a member that takes one only.</summary>
    public void State<T>(string member, T value, out T target)
    {
        ArgumentNullException.ThrowIfNull(value);
        target = value;
        if (!_stated.Add(member))
        {
            Add(FindingCodes.DuplicateMember, member, $"\"{member}\" is stated twice.", "State it once.");
        }
    }

    /// <summary>A declaration under an id; the first one counts when there are two.</summary>
    public void Declare<T>(Dictionary<string, T> declared, string id, T value)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(value);
        if (!declared.TryAdd(id, value))
        {
            Add(FindingCodes.DuplicateMember, id, $"\"{id}\" is declared twice; the first one counts until this is mended.", "Remove one of the two, or give it another id.");
        }
    }

    /// <summary>A period written in ISO 8601; nothing, and a finding, when it cannot be read.</summary>
    public CalendarPeriod? Period(string member, string text)
    {
        if (CalendarPeriod.TryParse(text, out var period, out var problem))
        {
            return period;
        }

        Add(FindingCodes.UnreadableValue, member, $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.", "Write a period in ISO 8601 such as P3M or P7Y.");
        return null;
    }

    private void Add(string code, string member, string message, string mend) =>
        _findings.Add(new PolicyFinding(code, FindingSeverity.Error, JsonPointer.Child(_pointer, member), message, mend));
}
