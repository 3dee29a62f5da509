namespace Gdpr.Policies.Lint;

/// <summary>A walk through everything that a policy states, in document order.</summary>
internal sealed class PolicyWalk
{
    /// <summary>Deeper than this nothing is read; the JSON reader stops at half of it.</summary>
    public const int DepthLimit = 128;

    private readonly Dictionary<string, int> _order = new(StringComparer.Ordinal);
    private readonly List<MissingMember> _missing = [];
    private readonly List<PolicyReference> _references = [];
    private readonly List<Place> _empty = [];
    private readonly List<(Place At, object Value)> _values = [];
    private readonly List<(Place At, string Id, Type Declares)> _ids = [];
    private (string Id, Activity Activity)? _activity;

    private PolicyWalk()
    {
    }

    /// <summary>Members that every policy states, and that this one does not.</summary>
    public IReadOnlyList<MissingMember> Missing => _missing;

    /// <summary>Every id that refers to a declaration.</summary>
    public IReadOnlyList<PolicyReference> References => _references;

    /// <summary>Entries of maps and lists that hold nothing.</summary>
    public IReadOnlyList<Place> Empty => _empty;

    /// <summary>Every value of an enumeration.</summary>
    public IReadOnlyList<(Place At, object Value)> Values => _values;

    /// <summary>Every id that is declared, with the type of what it declares.</summary>
    public IReadOnlyList<(Place At, string Id, Type Declares)> Ids => _ids;

    public static PolicyWalk Through(GdprPolicy policy)
    {
        var walk = new PolicyWalk();
        walk.Visit(policy, WalkedKind.Object, Place.Root, 0);
        return walk;
    }

    /// <summary>Whether the policy states anything at a place.</summary>
    public bool Has(string pointer) => _order.ContainsKey(pointer);

    /// <summary>Where a place, or the nearest one around it that is stated, comes in the document.</summary>
    public int OrderOf(string pointer)
    {
        int order;
        while (!_order.TryGetValue(pointer, out order) && pointer.Length > 0)
        {
            pointer = pointer[..Math.Max(0, pointer.LastIndexOf('/'))];
        }

        return order;
    }

    private void Visit(object value, WalkedKind kind, Place at, int depth)
    {
        _order.TryAdd(at.Pointer, _order.Count);
        if (depth > DepthLimit)
        {
            return;
        }

        switch (kind)
        {
            case WalkedKind.Map:
                VisitMap(value, at, depth);
                break;
            case WalkedKind.List:
                VisitList(value, at, depth);
                break;
            case WalkedKind.Object:
                VisitMembers(value, at, depth);
                break;
            default:
                VisitScalar(value, at);
                break;
        }
    }

    private void VisitMap(object map, Place at, int depth)
    {
        foreach (var (id, value) in PolicyMaps.Entries(map))
        {
            if (value is null)
            {
                _empty.Add(at / id);
                continue;
            }

            _ids.Add((at / id, id, value.GetType()));
            var outer = _activity;
            _activity = value is Activity activity ? (id, activity) : outer;
            Visit(value, WalkedKind.Object, at / id, depth + 1);
            _activity = outer;
        }
    }

    private void VisitList(object list, Place at, int depth)
    {
        var index = 0;
        foreach (var item in PolicyMaps.Items(list))
        {
            if (item is null)
            {
                _empty.Add(at / index);
            }
            else
            {
                Visit(item, item is string or Enum ? WalkedKind.Scalar : WalkedKind.Object, at / index, depth + 1);
            }

            index++;
        }
    }

    private void VisitMembers(object owner, Place at, int depth)
    {
        foreach (var member in WalkedType.Of(owner.GetType()).Members)
        {
            var value = member.ValueOf(owner);
            if (value is null || PolicyMaps.IsNothing(value, member.Kind))
            {
                if (member.Required)
                {
                    _missing.Add(new MissingMember(at, owner, member.Name));
                }

                continue;
            }

            if (member.RefersTo is { } section)
            {
                Refer(value, section, at / member.Name);
            }

            Visit(value, member.Kind, at / member.Name, depth + 1);
        }
    }

    private void VisitScalar(object value, Place at)
    {
        if (value is Enum)
        {
            _values.Add((at, value));
        }
    }

    private void Refer(object value, PolicySection section, Place at)
    {
        if (value is string id)
        {
            _references.Add(new PolicyReference(at, null, section, id, _activity));
            return;
        }

        foreach (var (item, place) in Stated.In((IReadOnlyList<string>)value, at))
        {
            _references.Add(new PolicyReference(place, at, section, item, _activity));
        }
    }
}

/// <summary>A member that every policy states, missing from its owner.</summary>
internal sealed record MissingMember(Place Owner, object OwnerValue, string Member);

/// <summary>An id that refers to a declaration.</summary>
/// <param name="At">Where the id stands.</param>
/// <param name="List">The list that it stands in, where it does.</param>
/// <param name="Section">Where it is declared.</param>
/// <param name="Id">The id.</param>
/// <param name="Activity">The activity around it, where there is one.</param>
internal sealed record PolicyReference(Place At, Place? List, PolicySection Section, string Id, (string Id, Activity Activity)? Activity);
