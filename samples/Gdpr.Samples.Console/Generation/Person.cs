using System.Globalization;
using System.Text;
using Bogus;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>An invented person.</summary>
/// <remarks>Numbers, addresses and domains come from ranges that are never given to anybody: phone numbers that are set aside for fiction,
/// addresses of the networks for documentation, the domain <c>example</c>, identity numbers with the birth number 000.</remarks>
internal sealed record Person(string Key, string Kind, int Number, Life Life)
{
    public required string FirstName { get; init; }

    public required string LastName { get; init; }

    public required string Company { get; init; }

    public required string Role { get; init; }

    public required string Street { get; init; }

    public required string PostalTown { get; init; }

    public required LocalDate BirthDate { get; init; }

    public string Name => $"{FirstName} {LastName}";

    public string UserName => string.Create(CultureInfo.InvariantCulture, $"{Letters(FirstName)}.{Letters(LastName)}{Number % 100:00}");

    public string PrivateMail => $"{UserName}@post.example";

    public string WorkMail => $"{Letters(FirstName)}.{Letters(LastName)}@{Letters(Company)}.example";

    public string Mobile => string.Create(CultureInfo.InvariantCulture, $"070-174 06 {Number % 95 + 5:00}");

    public string WorkPhone => string.Create(CultureInfo.InvariantCulture, $"08-465 004 {Number % 100:00}");

    public string IpAddress => string.Create(CultureInfo.InvariantCulture, $"198.51.{100 + Number / 254 % 2}.{Number % 254 + 1}");

    public string NationalNumber
    {
        get
        {
            var nine = string.Create(CultureInfo.InvariantCulture, $"{BirthDate.Year % 100:00}{BirthDate.Month:00}{BirthDate.Day:00}000");
            var sum = nine.Select((digit, index) => (digit - '0') * (2 - index % 2)).Sum(product => product / 10 + product % 10);
            return string.Create(CultureInfo.InvariantCulture, $"{BirthDate.Year / 100}{nine[..6]}-000{(10 - sum % 10) % 10}");
        }
    }

    /// <summary>Invents a person.</summary>
    public static Person Invent(string kind, int number, Life life, LocalDate today, Faker faker) =>
        new(string.Create(CultureInfo.InvariantCulture, $"p-{number:00000}"), kind, number, life)
        {
            // Of Swedish first names the locale has none, and of last names few.
            FirstName = faker.PickRandom(Words.FirstNames),
            LastName = faker.Random.Bool() ? faker.Name.LastName() : faker.PickRandom(Words.LastNames),
            Company = $"{faker.Name.LastName()} {faker.PickRandom(Words.Trades)} AB",
            Role = faker.PickRandom(Words.Roles),
            Street = $"{faker.Address.StreetName()} {faker.Random.Int(1, 120)}",
            PostalTown = $"{faker.Random.Int(100, 984)} {faker.Random.Int(10, 99)} {faker.Address.City()}",
            BirthDate = today.PlusDays(-faker.Random.Int(19 * 365, 80 * 365)),
        };

    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant())
        {
            letters.Append(letter switch { 'å' or 'ä' => "a", 'ö' => "o", 'é' => "e", 'ü' => "u", >= 'a' and <= 'z' => letter.ToString(), _ => "" });
        }

        return letters.ToString();
    }
}
