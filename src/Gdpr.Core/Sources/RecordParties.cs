using System.Text.Json.Serialization;
using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>The people whom a record of a data set concerns, each in a role: the sender and the recipient of a message, the author and the agent of a ticket.</summary>
/// <remarks>
/// <para>A field belongs to the party that names it, the rest of the record to its owners together. What is known of one person decides about that person's
/// fields only (<see cref="PartyJudge"/>), and who asks for a copy gets their own fields only (<see cref="ExportedRecord.Of"/>).</para>
/// <para>Immutable, and safe to share between threads.</para>
/// </remarks>
public sealed class RecordParties
{
    private readonly Dictionary<string, int> _ownFields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shared;

    /// <summary>Declares the parties.</summary>
    /// <param name="parties">The parties. Their roles and fields are checked by <see cref="Problems"/>.</param>
    /// <param name="shared">The fields, whosever they are, that everybody whom the record concerns may see.</param>
    public RecordParties(IReadOnlyList<RecordParty> parties, IReadOnlyList<string> shared)
    {
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(shared);
        Parties = [.. parties];
        Shared = [.. shared];
        _shared = new HashSet<string>(shared, StringComparer.Ordinal);
        foreach (var (index, party) in Parties.Index())
        {
            foreach (var field in party.Fields)
            {
                _ownFields.TryAdd(field, index);
            }
        }
    }

    /// <summary>A record that concerns one person, who owns all of it: what a data set is without parties.</summary>
    public static RecordParties One { get; } = new([new RecordParty("subject", PartyKind.Owner, [])], []);

    /// <summary>The parties.</summary>
    public IReadOnlyList<RecordParty> Parties { get; }

    /// <summary>The fields that everybody whom the record concerns may see.</summary>
    public IReadOnlyList<string> Shared { get; }

    /// <summary>Whether parties have been declared: only then is the link to a person a thing of its own, which goes when that person's side goes.</summary>
    public bool IsDeclared => !ReferenceEquals(this, One);

    /// <summary>What is wrong with the parties of a data set, each with its mend.</summary>
    /// <param name="fields">The fields of the data set.</param>
    public IEnumerable<(string Wrong, string Mend)> Problems(IReadOnlyCollection<string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Find();

        IEnumerable<(string, string)> Find()
        {
            foreach (var party in Parties.Where(party => !IsRole(party.Role)))
            {
                yield return ($"the role '{party.Role}' is no name", "use lower-case letters, digits and hyphens, a letter first");
            }

            foreach (var role in Parties.CountBy(party => party.Role, StringComparer.Ordinal).Where(role => role.Value > 1))
            {
                yield return ($"two parties have the role '{role.Key}'", "give each a role of its own");
            }

            if (!Parties.Any(party => party.Kind == PartyKind.Owner))
            {
                yield return ("no party is an owner", "say whose the record is");
            }

            foreach (var claims in Parties.SelectMany(party => party.Fields.Distinct(StringComparer.Ordinal).Select(field => (field, party.Role)))
                .GroupBy(pair => pair.field, pair => pair.Role, StringComparer.Ordinal).Where(claims => claims.Count() > 1))
            {
                yield return ($"field '{claims.Key}' is named by several parties ({string.Join(", ", claims)})",
                    "leave it to one, or to none where it belongs to the owners together");
            }

            foreach (var field in Parties.SelectMany(party => party.Fields).Concat(Shared).Distinct(StringComparer.Ordinal).Except(fields, StringComparer.Ordinal))
            {
                yield return ($"the parties name a field '{field}' that the policy does not have", "declare it, or take it out of the parties");
            }
        }
    }

    /// <summary>Whether a person may see a field.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="isPerson">Per party, whether it is that person.</param>
    public bool MaySee(string field, ReadOnlySpan<bool> isPerson)
    {
        var own = PartyOf(field);
        if (own >= 0)
        {
            return isPerson[own] || (_shared.Contains(field) && isPerson.Contains(true));
        }

        for (var party = 0; party < Parties.Count; party++)
        {
            if (isPerson[party] && (Parties[party].Kind == PartyKind.Owner || _shared.Contains(field)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The index of the party that names a field as its own, or -1: it belongs to the owners together.</summary>
    internal int PartyOf(string field) => _ownFields.GetValueOrDefault(field, -1);

    /// <summary>What of a data set's records is judged by itself: the fields of each group, apart by whose they are; then, where parties are declared, the
    /// link to each.</summary>
    /// <param name="dataSet">The data set.</param>
    public IReadOnlyList<PartyUnit> UnitsOf(DataSetSchedule dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        int[] owners = [.. Parties.Index().Where(party => party.Item.Kind == PartyKind.Owner).Select(party => party.Index)];
        PartyUnit[] fields =
        [
            .. dataSet.FieldGroups.Index().SelectMany(group => group.Item.Fields.GroupBy(PartyOf)
                .Select(own => new PartyUnit([group.Index], own.Key < 0 ? owners : [own.Key], [.. own], IsLink: false))),
        ];
        if (!IsDeclared)
        {
            return fields;
        }

        int[] all = [.. Enumerable.Range(0, dataSet.FieldGroups.Count)];
        return
        [
            .. fields,
            .. Parties.Index().Select(party =>
            {
                int[] own = [.. fields.Where(unit => unit.Parties.Contains(party.Index)).SelectMany(unit => unit.Groups).Distinct().Order()];
                return new PartyUnit(own.Length > 0 ? own : all, [party.Index], [party.Item.Link], IsLink: true);
            }),
        ];
    }

    private static bool IsRole(string role) =>
        role.Length > 0 && char.IsAsciiLetterLower(role[0]) && role.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-');
}

/// <summary>A person whom a record concerns.</summary>
/// <param name="Role">The role, such as <c>sender</c>.</param>
/// <param name="Kind">Whether the record is the person's, or mentions the person.</param>
/// <param name="Fields">The ids of the fields that are this party's own. Fields that no party names belong to the owners together.</param>
public sealed record RecordParty(string Role, PartyKind Kind, IReadOnlyList<string> Fields)
{
    /// <summary>What the link to the person is called where fields are listed, such as <c>@sender</c>: no field has such an id.</summary>
    public string Link => "@" + Role;
}

/// <summary>How a record concerns a person.</summary>
public enum PartyKind
{
    /// <summary>The record is the person's: what nobody else names as their own is the person's too, together with other owners.</summary>
    [JsonStringEnumMemberName("owner")]
    Owner,

    /// <summary>The record mentions the person: only the fields named are the person's.</summary>
    [JsonStringEnumMemberName("mentioned")]
    Mentioned,
}

/// <summary>A part of a record that is judged by itself.</summary>
/// <param name="Groups">The field groups whose rules decide, by index in <see cref="DataSetSchedule.FieldGroups"/>: one for fields, several for a link.</param>
/// <param name="Parties">The parties with whose facts they are judged, by index.</param>
/// <param name="Fields">The fields; for a link its name.</param>
/// <param name="IsLink">Whether it is the link to a person.</param>
public sealed record PartyUnit(IReadOnlyList<int> Groups, IReadOnlyList<int> Parties, IReadOnlyList<string> Fields, bool IsLink);
