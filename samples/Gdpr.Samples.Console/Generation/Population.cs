using Bogus;
using Gdpr.Samples.Organisations;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>The people of an organisation, by kind.</summary>
internal sealed class Population
{
    private readonly Dictionary<string, List<Person>> _byKind = new(StringComparer.Ordinal);
    private readonly LifeMix _mix;
    private readonly LocalDate _today;
    private readonly Faker _faker;
    private int _count;

    public Population(LifeMix mix, LocalDate today, Faker faker)
    {
        _mix = mix;
        _today = today;
        _faker = faker;
    }

    public IEnumerable<Person> Everybody => _byKind.Values.SelectMany(people => people).OrderBy(person => person.Number);

    /// <summary>People of some kinds, evenly; more are invented when there are too few.</summary>
    public IReadOnlyList<Person> Take(IReadOnlyList<string> kinds, int count)
    {
        var taken = new List<Person>(count);
        for (var index = 0; index < kinds.Count; index++)
        {
            taken.AddRange(OfKind(kinds[index], count * (index + 1) / kinds.Count - count * index / kinds.Count));
        }

        return taken;
    }

    private IEnumerable<Person> OfKind(string kind, int count)
    {
        if (!_byKind.TryGetValue(kind, out var people))
        {
            _byKind.Add(kind, people = []);
        }

        while (people.Count < count)
        {
            _count++;
            people.Add(Person.Invent(kind, _count, Life.Of(_mix.Draw(kind, _faker.Random), _today, _faker.Random), _today, _faker));
        }

        return people.Take(count);
    }
}
