using Bogus;
using Gdpr.Policies;
using Gdpr.Samples.Data;
using Gdpr.Samples.Organisations;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>Fills the database of an organisation with invented people and years of their history.</summary>
/// <remarks>The same policy, seed, day and number of rows give the same data.</remarks>
internal sealed class Generator
{
    private readonly GdprPolicy _policy;
    private readonly Organisation _organisation;
    private readonly LocalDate _today;
    private readonly Faker _faker;
    private readonly Timeline _timeline;
    private readonly Population _population;
    private readonly LocalDate? _firstFiscalDay;

    public Generator(GdprPolicy policy, Organisation organisation, LocalDate today, DateTimeZone zone)
    {
        _policy = policy;
        _organisation = organisation;
        _today = today;
        _faker = new Faker("sv") { Random = new Randomizer(organisation.Seed) };
        _timeline = new Timeline(today, zone, _faker.Random);
        _population = new Population(organisation.People, today, _faker);
        var years = policy.Controllers.Values.SelectMany(controller => controller.FiscalYears).ToList();
        _firstFiscalDay = years.Count == 0 ? null : years.Min(year => year.From);
    }

    /// <summary>Writes about so many rows, divided over the data sets as the organisation says.</summary>
    public void Fill(SampleDatabase database, int rows, CancellationToken cancellation)
    {
        var shapes = database.Tables.Select(table => DataSetShape.Of(table, _policy)).ToList();
        var shares = shapes.Sum(Share);

        // First the data sets that have one record for each person: they say how many people there are.
        foreach (var shape in shapes.OrderBy(shape => shape.EventTrigger is not null))
        {
            var count = Math.Max(3, (int)(rows * Share(shape) / shares));
            database.Insert(shape.Table, shape.EventTrigger is null ? PeopleRows(shape, count) : EventRows(shape, count), cancellation);
        }

        database.InsertFacts(
            _population.Everybody.SelectMany(person => KnownFacts.Of(_policy, _faker.Random).Select(fact => (person.Key, fact))), cancellation);
    }

    private double Share(DataSetShape shape) =>
        _organisation.Shares.TryGetValue(shape.Table.Path, out var share) ? share : shape.EventTrigger is null ? 1 : shape.IsLog ? 3 : 2;

    private IEnumerable<string?[]> PeopleRows(DataSetShape shape, int count)
    {
        var each = _organisation.ManyEach.GetValueOrDefault(shape.Table.Path, 1);
        var people = _population.Take(shape.Table.DataSet.Subject, Math.Max(1, count / each));
        return Enumerable.Range(0, count).Select(index => Row(shape, people[index / each % people.Count], index + 1, null));
    }

    private IEnumerable<string?[]> EventRows(DataSetShape shape, int count)
    {
        var earliest = _today.PlusDays(-shape.Days);
        var everybody = _population.Take(shape.Table.DataSet.Subject, Math.Max(10, count / 6));
        var present = everybody.Where(person => person.Life.FirstSeen <= _today && person.Life.LastDay(_today) >= earliest).ToList();
        var people = present.Count > 0 ? present : everybody;
        for (var row = 1; row <= count; row++)
        {
            var person = _faker.Random.ListItem((IList<Person>)people);
            yield return Row(shape, person, row, EventDay(shape, person.Life, earliest));
        }
    }

    /// <summary>A day within the person's dealings and the reach of the data set; now and then an old one, carried over from another system.</summary>
    private LocalDate EventDay(DataSetShape shape, Life life, LocalDate earliest)
    {
        if (shape.EventTrigger == "booked" && _firstFiscalDay is { } first && first < _today && _faker.Random.Bool(0.003f))
        {
            return first.PlusDays(-_faker.Random.Int(1, 500));
        }

        var from = LocalDate.Max(earliest, life.FirstSeen);
        var days = Period.DaysBetween(from, life.LastDay(_today));
        return from.PlusDays(_faker.Random.Int(0, Math.Max(0, days)));
    }

    private string?[] Row(DataSetShape shape, Person person, int row, LocalDate? happened)
    {
        var fields = shape.Table.DataSet.Fields.Select(field =>
            field.Value.Optional && _faker.Random.Bool(0.5f) ? null : FieldContent.Of(field.Key, field.Value.Category, person, row, _faker));
        var triggers = shape.Table.DataSet.Triggers.Select(trigger => _timeline.Text(trigger.Key, trigger.Value, shape, person, happened));
        return [person.Key, .. fields, .. triggers];
    }
}
