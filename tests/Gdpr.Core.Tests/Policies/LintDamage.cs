using System.Collections;
using System.Reflection;
using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Damages a policy object at random places: members and entries set to nothing, to blanks, to values that do not exist.</summary>
internal sealed class LintDamage(int seed)
{
    private static readonly string?[] Texts = [null, "", " ", "x", "a/b~c", "crm.customers", ".", "..", "crm..name", "SE", "a", "https://", "1981:130", "service"];
    private static readonly LocalDate[] Dates = [default, LocalDate.MinIsoValue, LocalDate.MaxIsoValue, new(2026, 1, 1)];
    private static readonly CalendarPeriod[] Periods = [default, CalendarPeriod.FromYears(1000), CalendarPeriod.FromDays(1), CalendarPeriod.FromDays(31)];

    private readonly Random _random = new(seed);

    /// <summary>The policy, damaged in a number of places.</summary>
    public GdprPolicy Of(GdprPolicy policy)
    {
        for (var damages = _random.Next(1, 12); damages > 0; damages--)
        {
            var places = new List<Action>();
            Collect(policy, places);
            places[_random.Next(places.Count)]();
        }

        return policy;
    }

    private void Collect(object owner, List<Action> places)
    {
        switch (owner)
        {
            case IDictionary map:
                foreach (var key in map.Keys.Cast<string>().ToArray())
                {
                    places.Add(() => map[key] = null);
                    places.Add(() => Rename(map, key));
                    Descend(map[key], places);
                }

                break;
            case IList { IsReadOnly: false } list:
                for (var index = 0; index < list.Count; index++)
                {
                    var at = index;
                    places.Add(() => list[at] = list is List<string> ? Pick(Texts) : list.GetType().GetGenericArguments()[0].IsValueType ? list[at] : null);
                    Descend(list[at], places);
                }

                break;
            case IEnumerable:
                break;
            default:
                foreach (var property in owner.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null))
                {
                    places.Add(() => property.SetValue(owner, Damaged(property.PropertyType)));
                    Descend(property.GetValue(owner), places);
                }

                break;
        }
    }

    private void Descend(object? value, List<Action> places)
    {
        // What all policies share stays whole.
        var shared = ReferenceEquals(value, Gdpr.Policies.Disposal.Erase) || ReferenceEquals(value, RunningState.Consent);
        if (value is not null and not string && !shared && !value.GetType().IsValueType)
        {
            Collect(value, places);
        }
    }

    private object? Damaged(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain != type && _random.Next(2) == 0 => null,
            _ when plain == typeof(string) => Pick(Texts),
            _ when plain == typeof(OneOrMany) => _random.Next(2) == 0 ? null : new OneOrMany([Pick(Texts)!, null!]),
            _ when plain == typeof(LocalDate) => Pick(Dates),
            _ when plain == typeof(CalendarPeriod) => Pick(Periods),
            _ when plain == typeof(RetentionRule) => new RetentionRule { AllOf = [null!, new RetentionRule { AnyOf = [new RetentionRule(), null!] }], Fallback = new RetentionRule { Unless = new RetentionRule() } },
            _ when plain.IsEnum => Enum.ToObject(plain, _random.Next(12)),
            _ when plain.IsValueType => Activator.CreateInstance(plain),
            _ => null,
        };
    }

    private void Rename(IDictionary map, string key)
    {
        var value = map[key];
        map.Remove(key);
        map[Pick(Texts) ?? "service.minimum"] = value;
    }

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
