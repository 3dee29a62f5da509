using Gdpr.Core.Tests.Retention;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>How a model holds the values of a trigger.</summary>
internal sealed class TriggerKind
{
    private const string NewYork = "America/New_York";

    private static readonly DateTimeZone Zoned = DateTimeZoneProviders.Tzdb[NewYork];

    private readonly Type _type;
    private readonly Func<Instant, (object Value, Instant Meant)>? _at;
    private Action<PropertyBuilder> _configure = _ => { };

    private TriggerKind(Type type, Func<Instant, (object Value, Instant Meant)>? at) => (_type, _at) = (type, at);

    public string? Zone { get; private init; }

    public StorageForm? Form { get; private init; }

    public static TriggerKind Any(Random random, bool isPostgres)
    {
        var offset = Offset.FromHours(isPostgres ? 0 : random.Next(-12, 13));
        var unit = isPostgres ? 10 : 1;
        TriggerKind[] kinds =
        [
            new(typeof(DateOnly?), null),
            new(typeof(LocalDate?), null)
            {
                _configure = property => property.HasConversion(new ValueConverter<LocalDate, int>(
                    date => (date.Year * 10_000) + (date.Month * 100) + date.Day, digits => new LocalDate(digits / 10_000, digits / 100 % 100, digits % 100))),
            },
            new(typeof(DateTimeOffset?), at => (Floor(at, unit).WithOffset(offset).ToDateTimeOffset(), Floor(at, unit))),
            new(typeof(DateTime?), at => Local(Floor(at, unit)))
            {
                Zone = NewYork,
                _configure = property => property.HasColumnType(isPostgres ? "timestamp without time zone" : "TEXT"),
            },
            new(typeof(DateTime?), at => (Floor(at, unit).ToDateTimeUtc(), Floor(at, unit)))
            {
                _configure = property => property.HasConversion(new ValueConverter<DateTime, DateTime>(time => time.ToUniversalTime(), time => DateTime.SpecifyKind(time, DateTimeKind.Utc))),
            },
            new(typeof(DateTime?), Local) { Zone = NewYork, _configure = property => property.HasConversion(new DateTimeToTicksConverter()) },
            new(typeof(Instant?), at => (Floor(at, 10_000), Floor(at, 10_000)))
            {
                _configure = property => property.HasConversion(new ValueConverter<Instant, long>(at => at.ToUnixTimeMilliseconds(), units => Instant.FromUnixTimeMilliseconds(units))),
            },
            new(typeof(long?), at => (Floor(at, 10_000_000).ToUnixTimeSeconds(), Floor(at, 10_000_000))) { Form = StorageForm.UnixSeconds },
        ];
        return kinds[random.Next(kinds.Length)];
    }

    /// <summary>Adds a property of the kind to an entity type.</summary>
    public void Add(EntityTypeBuilder entity, string name, string? trigger)
    {
        var property = entity.Property(_type, name);
        _configure(property);
        if (trigger is not null)
        {
            property.HasAnnotation(EfAnnotations.Trigger, trigger).HasAnnotation(EfAnnotations.Zone, Zone)
                .HasAnnotation(EfAnnotations.Form, Form is { } form ? FormNames.NameOf(form) : null);
        }
    }

    /// <summary>A value, as far as the type can hold it: none that nobody can read.</summary>
    public ModelValue Store(NaiveValue value)
    {
        if (value.IsUnknown || value.IsMissing || value.HasNotHappened)
        {
            return new ModelValue(null, TriggerValue.Missing);
        }

        if (_at is null)
        {
            var date = value.Date ?? value.Instant!.Value.InUtc().Date;
            return new ModelValue(_type == typeof(DateOnly?) ? date.ToDateOnly() : date, TriggerValue.On(date));
        }

        var (stored, meant) = _at(value.Instant ?? value.Date!.Value.AtMidnight().InUtc().ToInstant());
        return new ModelValue(stored, TriggerValue.At(meant));
    }

    private static (object Value, Instant Meant) Local(Instant at)
    {
        var local = at.InZone(Zoned).LocalDateTime;
        return (local.ToDateTimeUnspecified(), Zoned.MapLocal(local).Last().ToInstant());
    }

    private static Instant Floor(Instant instant, long unit)
    {
        var ticks = instant.ToUnixTimeTicks();
        return Instant.FromUnixTimeTicks(ticks - (((ticks % unit) + unit) % unit));
    }
}
